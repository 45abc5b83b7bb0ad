SELECT a, `b``c`, "x\"y", 'it''s\n\u0041\101', r'\d', X'1F', 1.5e3BD, 10L, :p, ? FROM t -- c
/* /* n */ */ WHERE a <=> 1;