# assignment3: captions by recurrent nets and transformers. common/student.mk says what the names
# mean.
A3_MODULES := rnn embedding lstm captioner
A3_GIVEN := recurrent temporal captioner_model
A3_WORKER_PARTS := recurrent temporal
A3_CHECK_PARTS_rnn := recurrent
A3_CHECK_PARTS_lstm := recurrent
A3_CHECK_NEEDS_captioner := rnn embedding lstm
A3_CHECK_PARTS_captioner := recurrent temporal captioner_model

# Transformers.
A3_MODULES += attention transformer_layers captioning_transformer vit
A3_GIVEN += multi_head transformer_parts parameter_list captioning_transformer_model vit_model
A3_WORKER_PARTS += multi_head transformer_parts
A3_TRANSFORMER_PARTS := multi_head transformer_parts recurrent temporal
A3_CHECK_PARTS_attention := $(A3_TRANSFORMER_PARTS)
A3_CHECK_PARTS_transformer_layers := $(A3_TRANSFORMER_PARTS)
A3_CHECK_NEEDS_transformer_layers := attention
A3_CHECK_NEEDS_captioning_transformer := embedding attention transformer_layers
A3_CHECK_PARTS_captioning_transformer := $(A3_TRANSFORMER_PARTS) parameter_list \
	captioning_transformer_model
A3_CHECK_NEEDS_vit := attention transformer_layers
A3_CHECK_PARTS_vit := $(A3_TRANSFORMER_PARTS) parameter_list vit_model

# The questions' modules, for make todo.
A3_Q1 := rnn embedding captioner
A3_Q2 := lstm
A3_Q3 := attention transformer_layers captioning_transformer vit
A3_Q4 := gan_losses gan_layers gan
A3_Q5 := augment simclr
A3_Q6 := diffusion unet
A3_Q7 := style_transfer shared_space

# What is given beside what these write, and is not to be called in its place. Layer normalization
# is nobody's work here: transformer_parts.c stands on fast_layernorm_...
A3_FAST := fast_exp fast_tanh fast_sigmoid fast_bias fast_rnn fast_lstm fast_embedding \
	fast_attention fast_gelu
$(foreach m,rnn embedding lstm attention transformer_layers,$(eval A3_WITHOUT_$m := $(A3_FAST)))

# Nets from outside, for what trains them by losses of their results.
A3_GIVEN += net
A3_WORKER_PARTS += net

# Generative adversarial nets.
A3_MODULES += gan_losses gan_layers gan
A3_GIVEN += layer_plan plan_net
A3_WORKER_PARTS += layer_plan
A3_CHECK_NEEDS_gan := gan_losses
A3_CHECK_PARTS_gan := net layer_plan
# The blocks of the UNet stand on given convolutions and the given GELU, which others write here.
A3_WITHOUT_gan_layers := fast_conv_transpose fast_conv_backward_data unet_conv unet_block \
	unet_context

# Diffusion.
A3_MODULES += diffusion
A3_GIVEN += diffusion_parts diffusion_sample
A3_WORKER_PARTS += diffusion_parts
A3_CHECK_PARTS_diffusion := diffusion_parts
A3_MODULES += unet
A3_GIVEN += unet_blocks unet_parts unet_model
A3_WORKER_PARTS += unet_blocks unet_parts parameter_list
A3_CHECK_NEEDS_unet := diffusion
A3_CHECK_PARTS_unet := diffusion_parts unet_blocks unet_parts parameter_list

# Pictures without labels.
A3_MODULES += augment simclr
A3_GIVEN += augmentation
A3_WORKER_PARTS += augmentation
A3_CHECK_PARTS_augment := augmentation
A3_CHECK_PARTS_simclr := net recurrent temporal

# The style of pictures; pictures and texts in one space.
A3_MODULES += style_transfer shared_space
A3_GIVEN += feature_extractor symmetric_eigen
A3_WORKER_PARTS += feature_extractor symmetric_eigen
A3_CHECK_PARTS_style_transfer := feature_extractor
A3_CHECK_PARTS_shared_space := symmetric_eigen

A3_DEMOS := attention=attention

# Experiments. Their data: none, or made scenes, where DATA= names no other.
A3_EXPERIMENTS := captioner lstm gradient_through_time transformer vit gan diffusion \
	simclr style shared_space
A3_EXPERIMENT_PARTS := adam caption_experiment recurrent_talker open_transformer \
	picture_data classifier picture_extractor scene_net
A3_DATA_captioner := scenes
A3_DATA_lstm := scenes
A3_DATA_transformer := scenes
A3_DATA_style := scenes
A3_DATA_shared_space := scenes
A3_DATA_gradient_through_time := none
