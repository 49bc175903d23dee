/** The command line: parses and calls. */
@NullMarked
package dev.tocsin.cli;

import org.jspecify.annotations.NullMarked;
