/** Unit tests run in several processes at once: the tiny matrices of theirs cost more to share out to threads than to multiply. */
process.env.TF_NUM_INTRAOP_THREADS ??= '1';
