# Shows the // comments of a header to Doxygen as documentation: text, not markup.
:again
s|(//.*[^\\<])<([^<])|\1\\<\2|
t again
# The block at the top is the file's. The line that this adds is taken away again, for true line numbers.
1 s|^// |/// @file\n/// |
/^#pragma once$/d
# Behind the opening of a type: about the type. Behind a member or an enumerator: about that. On a line of its
# own: about what follows.
s|^( *)((struct\|class\|enum) [^/]*\{) +// (.*)$|\1/** \4 */ \2|
s|^( *[^ /].*[;,{]) +// |\1  ///< |
s|^( *)//( .*)?$|\1///\2|
