/** Keeps the ledger of commits in a database: writes, watches, reads back, compares. All of it is noted, nothing judged. */
@NullMarked
package dev.tocsin.ledger;

import org.jspecify.annotations.NullMarked;
