# assignment1: image classification, kNN to a two-layer net.
A1_MODULES := knn linear_svm softmax linear_classifier regularization layers two_layer_net features optimization
