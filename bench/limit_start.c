/* bench_cli's limit: a program that does nothing, linked with the libraries of qd. */
int main(void) {
    return 0;
}
