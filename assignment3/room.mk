# assignment3: captions by recurrent nets and transformers. common/student.mk says what the names
# mean.
A3_MODULES := rnn embedding lstm captioner
A3_GIVEN := recurrent temporal captioner_model
A3_WORKER_PARTS := recurrent temporal
A3_CHECK_PARTS_rnn := recurrent
A3_CHECK_PARTS_lstm := recurrent
A3_CHECK_NEEDS_captioner := rnn embedding lstm
A3_CHECK_PARTS_captioner := recurrent temporal captioner_model

# What is given beside what these write, and is not to be called in its place.
A3_WITHOUT_rnn := fast_
A3_WITHOUT_embedding := fast_
A3_WITHOUT_lstm := fast_

# Transformers.
A3_MODULES += attention
A3_GIVEN += multi_head
A3_WORKER_PARTS += multi_head
A3_CHECK_PARTS_attention := multi_head recurrent temporal
A3_WITHOUT_attention := fast_
