parser grammar PromqlParser;

// The sentences of PromQL, after Prometheus' published grammar. What binds tighter stands first.

options { tokenVocab = PromqlLexer; }

whole : expr EOF;

expr
    : expr LEFT_BRACKET range=DURATION RIGHT_BRACKET                                # Matrix
    | expr LEFT_BRACKET range=DURATION COLON step=DURATION? RIGHT_BRACKET           # Subquery
    | expr OFFSET SUB? DURATION                                                     # Offset
    | expr AT at                                                                    # Pinned
    | <assoc=right> expr op=POW modifiers expr                                      # Binary
    | op=(ADD | SUB) expr                                                           # Unary
    | expr op=(MUL | DIV | MOD | ATAN2) modifiers expr                              # Binary
    | expr op=(ADD | SUB) modifiers expr                                            # Binary
    | expr op=(EQ | NE | LE | LT | GE | GT) modifiers expr                          # Binary
    | expr op=(AND | UNLESS) modifiers expr                                         # Binary
    | expr op=OR modifiers expr                                                     # Binary
    | aggregator grouping arguments                                                 # AggregationBefore
    | aggregator arguments grouping?                                                # AggregationAfter
    | NAME arguments                                                                # Call
    | (metric matchers? | matchers)                                                 # Vector
    | LEFT_PAREN expr RIGHT_PAREN                                                   # Parenthesis
    | number                                                                        # Literal
    | STRING                                                                        # Text
    ;

at
    : (ADD | SUB)? number
    | (START | END) LEFT_PAREN RIGHT_PAREN
    ;

modifiers : BOOL? (matching=(ON | IGNORING) labels (group=(GROUP_LEFT | GROUP_RIGHT) include=labels?)?)?;

grouping : kind=(BY | WITHOUT) labels;

arguments : LEFT_PAREN (expr (COMMA expr)*)? RIGHT_PAREN;

labels : LEFT_PAREN (label (COMMA label)* COMMA?)? RIGHT_PAREN;

matchers : LEFT_BRACE (matcher (COMMA matcher)* COMMA?)? RIGHT_BRACE;

matcher : LABEL op=(IS | IS_NOT | LIKE | UNLIKE) STRING;

number : NUMBER | INF | NAN;

aggregator : SUM | AVG | COUNT | MIN | MAX | GROUP | STDDEV | STDVAR | TOPK | BOTTOMK | COUNT_VALUES | QUANTILE;

metric : NAME | aggregator | AND | OR | UNLESS | BY | WITHOUT | OFFSET | START | END;

label : NAME | aggregator | AND | OR | UNLESS | ATAN2 | BY | ON | IGNORING | GROUP_LEFT | GROUP_RIGHT | BOOL | OFFSET | START | END;
