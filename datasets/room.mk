# datasets: fetching them.
TEST_SCRIPTS += datasets/test-fetch
