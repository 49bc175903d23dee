@NullMarked
package dev.tocsin.draft.sql;

import org.jspecify.annotations.NullMarked;
