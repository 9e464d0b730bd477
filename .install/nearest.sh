# shellcheck shell=bash
# Prints the known word that a misspelt one is probably meant to be, if at most a third of its letters must be edited;
# see framework/base/nearest.h. nearest WORD KNOWN...
nearest() {
    printf '%s\n' "$@" | awk '
        function letter(text, i) { return substr(text, i, 1) }
        function least(a, b) { return a < b ? a : b }
        function edits(a, b,    i, j, d) {
            for (i = 0; i <= length(a); ++i) d[i, 0] = i
            for (j = 0; j <= length(b); ++j) d[0, j] = j
            for (i = 1; i <= length(a); ++i) {
                for (j = 1; j <= length(b); ++j) {
                    d[i, j] = least(d[i - 1, j - 1] + (letter(a, i) != letter(b, j)),
                                    least(d[i - 1, j], d[i, j - 1]) + 1)
                    if (i > 1 && j > 1 && letter(a, i) == letter(b, j - 1) && letter(a, i - 1) == letter(b, j))
                        d[i, j] = least(d[i, j], d[i - 2, j - 2] + 1)
                }
            }
            return d[length(a), length(b)]
        }
        NR == 1 { word = substr($0, 1, 100); next }
        {
            count = edits(word, $0)
            if (3 * count <= length($0) && (found == "" || count < fewest)) {
                fewest = count
                found = $0
            }
        }
        END { if (found != "") print found }'
}
