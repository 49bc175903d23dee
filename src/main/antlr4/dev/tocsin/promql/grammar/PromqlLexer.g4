lexer grammar PromqlLexer;

// The words of PromQL, after Prometheus' own lexer. Keywords are no case's, units of time are lower case.

AND options { caseInsensitive = true; } : 'and';
OR options { caseInsensitive = true; } : 'or';
UNLESS options { caseInsensitive = true; } : 'unless';
ATAN2 options { caseInsensitive = true; } : 'atan2';

SUM options { caseInsensitive = true; } : 'sum';
AVG options { caseInsensitive = true; } : 'avg';
COUNT options { caseInsensitive = true; } : 'count';
MIN options { caseInsensitive = true; } : 'min';
MAX options { caseInsensitive = true; } : 'max';
GROUP options { caseInsensitive = true; } : 'group';
STDDEV options { caseInsensitive = true; } : 'stddev';
STDVAR options { caseInsensitive = true; } : 'stdvar';
TOPK options { caseInsensitive = true; } : 'topk';
BOTTOMK options { caseInsensitive = true; } : 'bottomk';
COUNT_VALUES options { caseInsensitive = true; } : 'count_values';
QUANTILE options { caseInsensitive = true; } : 'quantile';

BY options { caseInsensitive = true; } : 'by';
WITHOUT options { caseInsensitive = true; } : 'without';
ON options { caseInsensitive = true; } : 'on';
IGNORING options { caseInsensitive = true; } : 'ignoring';
GROUP_LEFT options { caseInsensitive = true; } : 'group_left';
GROUP_RIGHT options { caseInsensitive = true; } : 'group_right';
BOOL options { caseInsensitive = true; } : 'bool';
OFFSET options { caseInsensitive = true; } : 'offset';
START options { caseInsensitive = true; } : 'start';
END options { caseInsensitive = true; } : 'end';

INF options { caseInsensitive = true; } : 'inf';
NAN options { caseInsensitive = true; } : 'nan';

NAME : [a-zA-Z_:] [a-zA-Z0-9_:]*;

NUMBER : Number;
DURATION : Span;
// A number that runs into a word is neither, as in 1and 2.
NO_NUMBER : (Number | Span) [a-zA-Z0-9_]+;

STRING : Text;

EQ : '==';
NE : '!=';
GE : '>=';
LE : '<=';
GT : '>';
LT : '<';
ADD : '+';
SUB : '-';
MUL : '*';
DIV : '/';
MOD : '%';
POW : '^';
AT : '@';
COMMA : ',';
LEFT_PAREN : '(';
RIGHT_PAREN : ')';
LEFT_BRACE : '{' -> pushMode(BRACES);
LEFT_BRACKET : '[' -> pushMode(BRACKETS);
// Only behind its duration may a range be commented.
NO_RANGE : '[' [ \t\r\n]* '#' -> type(NO_NUMBER);

BLANK : Blank -> skip;

fragment Digit : [0-9];
fragment Number
    : '0' [xX] [0-9a-fA-F]*
    | Digit+ ('.' Digit*)? Exponent?
    | '.' Digit+ Exponent?
    ;
fragment Exponent : [eE] [+-]? Digit*;
fragment Span : (Digit+ Unit)+;
fragment Unit : 'ms' | [smhdwy];
fragment Text
    : '"' (~["\\\n] | '\\' ~'\n')* '"'
    | '\'' (~['\\\n] | '\\' ~'\n')* '\''
    | '`' ~'`'* '`'
    ;
fragment Blank : [ \t\r\n]+ | '#' ~[\r\n]*;

mode BRACES;

LABEL : [a-zA-Z_] [a-zA-Z0-9_]*;
IS : '=';
IS_NOT : '!=';
LIKE : '=~';
UNLIKE : '!~';
LABEL_VALUE : Text -> type(STRING);
LABEL_COMMA : ',' -> type(COMMA);
RIGHT_BRACE : '}' -> popMode;
BRACES_BLANK : Blank -> skip;

mode BRACKETS;

RANGE : Span -> type(DURATION);
NO_SPAN : Number [a-zA-Z0-9_]* -> type(NO_NUMBER);
COLON : ':';
RIGHT_BRACKET : ']' -> popMode;
BRACKETS_BLANK : Blank -> skip;
