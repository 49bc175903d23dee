@NullMarked
package dev.tocsin.draft;

import org.jspecify.annotations.NullMarked;
