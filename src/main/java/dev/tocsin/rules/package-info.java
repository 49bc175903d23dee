/** What is wrong with an alerting rule: told from its text and from the series that there are. Pure. */
@NullMarked
package dev.tocsin.rules;

import org.jspecify.annotations.NullMarked;
