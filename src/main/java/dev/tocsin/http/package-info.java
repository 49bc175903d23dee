/** What every route shares: problems, authentication, server. */
@NullMarked
package dev.tocsin.http;

import org.jspecify.annotations.NullMarked;
