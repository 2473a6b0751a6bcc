%0 = arith.constant -1 : i64
%1 = arith.addi %rows, %0 : i64
%2 = arith.minsi %row, %1 : i64
%3 = llvm.getelementptr %bias[%2] : (!llvm.ptr, i64) -> !llvm.ptr, f32
%4 = llvm.load %3 {alignment = 4 : i64} : !llvm.ptr -> f32
%5 = vector.broadcast %4 : f32 to vector<4xf32>
%6 = arith.constant 1 : i64
%7 = arith.addi %row, %6 : i64
%8 = arith.addi %rows, %0 : i64
%9 = arith.minsi %7, %8 : i64
%10 = llvm.getelementptr %bias[%9] : (!llvm.ptr, i64) -> !llvm.ptr, f32
%11 = llvm.load %10 {alignment = 4 : i64} : !llvm.ptr -> f32
%12 = vector.broadcast %11 : f32 to vector<4xf32>
%13:2 = scf.if %finite -> (vector<4xf32>, vector<4xf32>) {
  %14 = arith.constant 2 : i64
  %15 = arith.constant dense<0.000000000e+00> : vector<4xf32>
  %16 = arith.subi %last, %first : i64
  %17 = arith.divui %16, %14 : i64
  %18 = arith.muli %17, %14 : i64
  %19 = arith.addi %first, %18 : i64
  %25:4 = scf.for %20 = %first to %19 step %14 iter_args(%21 = %5, %22 = %12, %23 = %15, %24 = %15) -> (vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>) : i64 {
    %26 = llvm.getelementptr %indices[%20] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %27 = llvm.load %26 {alignment = 2 : i64} : !llvm.ptr -> i16
    %28 = arith.extui %27 : i16 to i64
    %29 = arith.muli %20, %14 : i64
    %30 = llvm.getelementptr %values[%29] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %31 = llvm.load %30 {alignment = 2 : i64} : !llvm.ptr -> i16
    %32 = vector.broadcast %31 : i16 to vector<8xi16>
    %33 = vector.bitcast %32 : vector<8xi16> to vector<4xi32>
    %34 = arith.constant dense<-65536> : vector<4xi32>
    %35 = arith.andi %33, %34 : vector<4xi32>
    %36 = arith.bitcast %35 : vector<4xi32> to vector<4xf32>
    %37 = arith.addi %29, %6 : i64
    %38 = llvm.getelementptr %values[%37] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %39 = llvm.load %38 {alignment = 2 : i64} : !llvm.ptr -> i16
    %40 = vector.broadcast %39 : i16 to vector<8xi16>
    %41 = vector.bitcast %40 : vector<8xi16> to vector<4xi32>
    %42 = arith.andi %41, %34 : vector<4xi32>
    %43 = arith.bitcast %42 : vector<4xi32> to vector<4xf32>
    %44 = arith.muli %28, %x_row : i64
    %45 = llvm.getelementptr %base[%44] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %46 = llvm.intr.masked.load %45, %mask, %15 {alignment = 4 : i32} : (!llvm.ptr, vector<4xi1>, vector<4xf32>) -> vector<4xf32>
    %47 = llvm.intr.fmuladd(%36, %46, %21) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %48 = llvm.intr.fmuladd(%43, %46, %22) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %49 = arith.addi %20, %6 : i64
    %50 = llvm.getelementptr %indices[%49] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %51 = llvm.load %50 {alignment = 2 : i64} : !llvm.ptr -> i16
    %52 = arith.extui %51 : i16 to i64
    %53 = arith.muli %49, %14 : i64
    %54 = llvm.getelementptr %values[%53] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %55 = llvm.load %54 {alignment = 2 : i64} : !llvm.ptr -> i16
    %56 = vector.broadcast %55 : i16 to vector<8xi16>
    %57 = vector.bitcast %56 : vector<8xi16> to vector<4xi32>
    %58 = arith.andi %57, %34 : vector<4xi32>
    %59 = arith.bitcast %58 : vector<4xi32> to vector<4xf32>
    %60 = arith.addi %53, %6 : i64
    %61 = llvm.getelementptr %values[%60] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %62 = llvm.load %61 {alignment = 2 : i64} : !llvm.ptr -> i16
    %63 = vector.broadcast %62 : i16 to vector<8xi16>
    %64 = vector.bitcast %63 : vector<8xi16> to vector<4xi32>
    %65 = arith.andi %64, %34 : vector<4xi32>
    %66 = arith.bitcast %65 : vector<4xi32> to vector<4xf32>
    %67 = arith.muli %52, %x_row : i64
    %68 = llvm.getelementptr %base[%67] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %69 = llvm.intr.masked.load %68, %mask, %15 {alignment = 4 : i32} : (!llvm.ptr, vector<4xi1>, vector<4xf32>) -> vector<4xf32>
    %70 = llvm.intr.fmuladd(%59, %69, %23) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %71 = llvm.intr.fmuladd(%66, %69, %24) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    scf.yield %47, %48, %70, %71 : vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>
  }
  %72 = arith.addf %25#0, %25#2 : vector<4xf32>
  %73 = arith.addf %25#1, %25#3 : vector<4xf32>
  %77:2 = scf.for %74 = %19 to %last step %6 iter_args(%75 = %72, %76 = %73) -> (vector<4xf32>, vector<4xf32>) : i64 {
    %78 = llvm.getelementptr %indices[%74] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %79 = llvm.load %78 {alignment = 2 : i64} : !llvm.ptr -> i16
    %80 = arith.extui %79 : i16 to i64
    %81 = arith.muli %74, %14 : i64
    %82 = llvm.getelementptr %values[%81] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %83 = llvm.load %82 {alignment = 2 : i64} : !llvm.ptr -> i16
    %84 = vector.broadcast %83 : i16 to vector<8xi16>
    %85 = vector.bitcast %84 : vector<8xi16> to vector<4xi32>
    %86 = arith.constant dense<-65536> : vector<4xi32>
    %87 = arith.andi %85, %86 : vector<4xi32>
    %88 = arith.bitcast %87 : vector<4xi32> to vector<4xf32>
    %89 = arith.addi %81, %6 : i64
    %90 = llvm.getelementptr %values[%89] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %91 = llvm.load %90 {alignment = 2 : i64} : !llvm.ptr -> i16
    %92 = vector.broadcast %91 : i16 to vector<8xi16>
    %93 = vector.bitcast %92 : vector<8xi16> to vector<4xi32>
    %94 = arith.andi %93, %86 : vector<4xi32>
    %95 = arith.bitcast %94 : vector<4xi32> to vector<4xf32>
    %96 = arith.muli %80, %x_row : i64
    %97 = llvm.getelementptr %base[%96] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %98 = llvm.intr.masked.load %97, %mask, %15 {alignment = 4 : i32} : (!llvm.ptr, vector<4xi1>, vector<4xf32>) -> vector<4xf32>
    %99 = llvm.intr.fmuladd(%88, %98, %75) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %100 = llvm.intr.fmuladd(%95, %98, %76) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    scf.yield %99, %100 : vector<4xf32>, vector<4xf32>
  }
  scf.yield %77#0, %77#1 : vector<4xf32>, vector<4xf32>
} else {
  %101 = arith.constant dense<0.000000000e+00> : vector<4xf32>
  %106:3 = scf.for %102 = %column to %limit step %6 iter_args(%103 = %first, %104 = %5, %105 = %12) -> (i64, vector<4xf32>, vector<4xf32>) : i64 {
    %107 = arith.addi %last, %0 : i64
    %108 = arith.minsi %103, %107 : i64
    %109 = arith.constant 0 : i64
    %110 = arith.maxsi %108, %109 : i64
    %111 = arith.cmpi slt, %103, %last : i64
    %112 = llvm.getelementptr %indices[%110] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %113 = llvm.load %112 {alignment = 2 : i64} : !llvm.ptr -> i16
    %114 = arith.extui %113 : i16 to i64
    %115 = arith.cmpi eq, %114, %102 : i64
    %116 = arith.andi %111, %115 : i1
    %117 = arith.constant 2 : i64
    %118 = arith.muli %110, %117 : i64
    %119 = llvm.getelementptr %values[%118] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %120 = llvm.load %119 {alignment = 2 : i64} : !llvm.ptr -> i16
    %121 = vector.broadcast %120 : i16 to vector<8xi16>
    %122 = vector.bitcast %121 : vector<8xi16> to vector<4xi32>
    %123 = arith.constant dense<-65536> : vector<4xi32>
    %124 = arith.andi %122, %123 : vector<4xi32>
    %125 = arith.bitcast %124 : vector<4xi32> to vector<4xf32>
    %126 = arith.addi %118, %6 : i64
    %127 = llvm.getelementptr %values[%126] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %128 = llvm.load %127 {alignment = 2 : i64} : !llvm.ptr -> i16
    %129 = vector.broadcast %128 : i16 to vector<8xi16>
    %130 = vector.bitcast %129 : vector<8xi16> to vector<4xi32>
    %131 = arith.andi %130, %123 : vector<4xi32>
    %132 = arith.bitcast %131 : vector<4xi32> to vector<4xf32>
    %133 = arith.select %116, %125, %101 : vector<4xf32>
    %134 = arith.select %116, %132, %101 : vector<4xf32>
    %135 = arith.extui %116 : i1 to i64
    %136 = arith.addi %103, %135 : i64
    %137 = arith.muli %102, %x_row : i64
    %138 = llvm.getelementptr %base[%137] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %139 = llvm.intr.masked.load %138, %mask, %101 {alignment = 4 : i32} : (!llvm.ptr, vector<4xi1>, vector<4xf32>) -> vector<4xf32>
    %140 = llvm.intr.fmuladd(%133, %139, %104) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %141 = llvm.intr.fmuladd(%134, %139, %105) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    scf.yield %136, %140, %141 : i64, vector<4xf32>, vector<4xf32>
  }
  scf.yield %106#1, %106#2 : vector<4xf32>, vector<4xf32>
}
