/** The files from which anyone can recompute a verdict. */
@NullMarked
package dev.tocsin.evidence;

import org.jspecify.annotations.NullMarked;
