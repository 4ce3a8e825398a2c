# assignment1: image classification, kNN to a two-layer net. What the names mean: common/student.mk.
A1_MODULES := knn linear_svm softmax linear_classifier regularization layers two_layer_net \
	features optimization
A1_ALIASES := svm=linear_svm
A1_GIVEN := two_layer_net_model
A1_CHECK_PARTS_linear_svm := tests/linear_checks
A1_CHECK_PARTS_softmax := tests/linear_checks
A1_CHECK_PARTS_two_layer_net := two_layer_net_model
A1_CHECK_NEEDS_two_layer_net := layers
A1_EXPERIMENTS := knn svm softmax two_layer_net features loss_surface
A1_EXPERIMENT_PARTS := linear_experiment
