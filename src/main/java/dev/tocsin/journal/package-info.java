/** The journal: append-only, fsynced, hash-chained facts. */
@NullMarked
package dev.tocsin.journal;

import org.jspecify.annotations.NullMarked;
