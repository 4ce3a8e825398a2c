# datasets: fetching them.
TEST_SCRIPTS_ONCE += datasets/test-fetch
