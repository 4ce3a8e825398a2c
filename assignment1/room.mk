# assignment1: image classification, kNN to a two-layer net. What the names mean: common/student.mk.
A1_Q1 := knn
A1_Q2 := linear_svm linear_classifier
A1_Q3 := softmax regularization optimization
A1_Q4 := layers two_layer_net
A1_Q5 := features
A1_MODULES := $(A1_Q1) $(A1_Q2) $(A1_Q3) $(A1_Q4) $(A1_Q5)
A1_ALIASES := svm=linear_svm
A1_GIVEN := two_layer_net_model
A1_CHECK_PARTS_linear_svm := tests/linear_checks
A1_CHECK_PARTS_softmax := tests/linear_checks
A1_CHECK_PARTS_two_layer_net := two_layer_net_model
A1_CHECK_NEEDS_two_layer_net := layers
A1_DEMOS := knn=knn linear_svm=linear softmax=linear regularization=linear \
	linear_classifier=linear layers=net two_layer_net=net
A1_EXPERIMENTS := knn svm softmax two_layer_net features loss_surface
A1_EXPERIMENT_PARTS := linear_experiment
