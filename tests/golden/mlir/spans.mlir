%0 = arith.subi %end, %start : i64
%1 = arith.constant 8 : i64
%2 = arith.divui %0, %1 : i64
%3 = arith.constant 1 : i64
%4 = arith.divui %2, %3 : i64
%5 = arith.muli %4, %1 : i64
%6 = arith.addi %start, %5 : i64
%7 = arith.subi %2, %4 : i64
