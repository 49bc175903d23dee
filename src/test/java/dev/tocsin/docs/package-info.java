/** The documentation, held to what the program really does. */
@NullMarked
package dev.tocsin.docs;

import org.jspecify.annotations.NullMarked;
