# Shows the // comments of a header to Doxygen as documentation.
# The block at the top is the file's.
1 s|^// |/// @file\n/// |
# After a member or an enumerator: about what stands before it. On a line of its own: about what follows.
s|^( *[^ /].*[;,{]) +// |\1  ///< |
t escape
s|^( *)//( .*)?$|\1///\2|
:escape
# Text, not markup.
/\/\/\// {
    :again
    s|(///.*[^\\<])<([^<])|\1\\<\2|
    t again
}
