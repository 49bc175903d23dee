/** The one strict JSON mapper and the wire names of the sealed kinds. */
@NullMarked
package dev.tocsin.json;

import org.jspecify.annotations.NullMarked;
