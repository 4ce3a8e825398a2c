# assignment3: captions by recurrent nets and transformers. common/student.mk says what the names
# mean.
A3_MODULES :=
A3_GIVEN := recurrent temporal
A3_WORKER_PARTS := recurrent temporal
