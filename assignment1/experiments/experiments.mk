# The experiments: in float, on two threads.
#
#   Q=svm DATA=cifar10 DIR=... OUT=... SEED=... QUICK=1
#   MODULES_DIR=DIR   with the modules of that folder instead of the room's
A1_EXPERIMENTS := knn svm softmax two_layer_net features loss_surface
EXPERIMENTS := $(B)/experiments/$(subst /,_,$(MODULES_DIR))
DATA ?= fashion-mnist
EXPERIMENT_SHARED := $(call objects,$(addprefix assignment1/experiments/,experiment.c \
	linear_experiment.c) assignment1/two_layer_net_model.c,float)

$(EXPERIMENTS)/%.o: $(MODULES_DIR)/%.c
	@mkdir -p $(@D)
	$(call say,cc  )$(CC) $(CFLAGS) $(ROOM_assignment1) -c $< -o $@

$(EXPERIMENTS)/libmodules.a: $(patsubst %,$(EXPERIMENTS)/%.o,$(A1_MODULES))
	$(call say,ar  )rm -f $@ && ar rcs $@ $^

$(EXPERIMENTS)/experiment_%: $(B)/float/assignment1/experiments/experiment_%.o \
		$(EXPERIMENT_SHARED) $(EXPERIMENTS)/libmodules.a $(B)/float/libcommon.a
	$(call say,ld  )$(CC) $(LDFLAGS) $^ $(LIBS_common) -o $@

.PHONY: run
asked_experiment = $(if $(filter $(A1_EXPERIMENTS),$(Q)),$(EXPERIMENTS)/experiment_$(Q))
no_experiment = $(error Q=$(Q): there is no such experiment; there are $(A1_EXPERIMENTS))
run: $(asked_experiment) ## run an experiment: Q=knn DATA=cifar10 DIR=... OUT=...
	$(if $(asked_experiment),,$(no_experiment))
	@$< --data '$(DATA)' $(if $(DIR),--dir '$(DIR)') $(if $(SEED),--seed '$(SEED)') \
		--out '$(or $(OUT),build/experiments/assignment1/$(Q)-$(DATA))' $(if $(QUICK),--quick)
