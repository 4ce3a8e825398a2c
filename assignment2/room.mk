# assignment2: deep nets, normalization, convolution, a framework. common/student.mk says what the
# names mean.
A2_Q1 := layers optim fc_net
A2_Q2 := batchnorm
A2_Q3 := dropout
A2_Q4 := conv spatial_norm convnet
A2_Q5 := graph
A2_Q6 := visualize
A2_MODULES := $(A2_Q1) $(A2_Q2) $(A2_Q3) $(A2_Q4) $(A2_Q5) $(A2_Q6)
A2_GIVEN := fc_net_model convnet_model graph_memory image_regularizers sandwiches
A2_WORKER_PARTS := fc_net_model graph_memory sandwiches
A2_CHECK_PARTS_fc_net := fc_net_model
A2_CHECK_NEEDS_fc_net := layers batchnorm dropout
A2_CHECK_NEEDS_spatial_norm := batchnorm
A2_CHECK_PARTS_convnet := convnet_model sandwiches
A2_CHECK_NEEDS_convnet := layers
A2_CHECK_PARTS_graph := graph_memory
A2_DEMOS := conv=conv
A2_EXPERIMENTS := fc_net batchnorm dropout convnet graph visualize
A2_EXPERIMENT_PARTS := net_experiment small_convnet

# What is given beside what these write, and is not to be called in its place.
A2_WITHOUT_conv := fast_ conv_kernels relu_pool conv_relu
A2_WITHOUT_batchnorm := fast_
A2_WITHOUT_spatial_norm := fast_

.PHONY: import-layers
import-layers: ## layers.c of assignment 2 from assignment 1; FORCE=1 over one that is begun
	@cmp -s assignment1/layers.c assignment2/layers.c || [ -n '$(FORCE)' ] || \
		grep -q 'NOT_IMPLEMENTED(x, w, b, out)' assignment2/layers.c || \
		{ echo 'assignment2/layers.c is begun; FORCE=1 overwrites it' >&2; exit 1; }
	@cp assignment1/layers.c assignment2/layers.c
	@echo 'assignment2/layers.c is that of assignment 1 now'
