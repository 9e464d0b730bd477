// Where each program starts. The main() in its own source is compiled under another name, PROGRAM_MAIN, so
// that the harness of flags in tests/fuzz links what users run.
int PROGRAM_MAIN(int argc, char** argv);

int main(int argc, char** argv) {
    return PROGRAM_MAIN(argc, argv);
}
