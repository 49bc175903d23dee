/** What people see, in a real browser. */
@NullMarked
package dev.tocsin.browser;

import org.jspecify.annotations.NullMarked;
