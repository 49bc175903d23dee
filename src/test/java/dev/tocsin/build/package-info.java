/** What a build asks of the machine before it begins. */
@NullMarked
package dev.tocsin.build;

import org.jspecify.annotations.NullMarked;
