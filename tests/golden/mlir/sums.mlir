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
%13 = llvm.getelementptr %values[%part] : (!llvm.ptr, i64) -> !llvm.ptr, i16
%14:2 = scf.if %finite -> (vector<4xf32>, vector<4xf32>) {
  %15 = arith.constant 4 : i64
  %16 = arith.constant dense<0.000000000e+00> : vector<4xf32>
  %17 = arith.subi %last, %first : i64
  %18 = arith.divui %17, %15 : i64
  %19 = arith.muli %18, %15 : i64
  %20 = arith.addi %first, %19 : i64
  %30:8 = scf.for %21 = %first to %20 step %15 iter_args(%22 = %5, %23 = %12, %24 = %16, %25 = %16, %26 = %16, %27 = %16, %28 = %16, %29 = %16) -> (vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>) : i64 {
    %31 = llvm.getelementptr %indices[%21] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %32 = llvm.load %31 {alignment = 2 : i64} : !llvm.ptr -> i16
    %33 = arith.extui %32 : i16 to i64
    %34 = arith.muli %33, %x_row : i64
    %35 = llvm.getelementptr %base[%34] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %36 = llvm.intr.masked.load %35, %mask, %16 {alignment = 4 : i32} : (!llvm.ptr, vector<4xi1>, vector<4xf32>) -> vector<4xf32>
    %37 = arith.constant 2 : i64
    %38 = arith.muli %21, %37 : i64
    %39 = llvm.getelementptr %13[%38] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %40 = llvm.load %39 {alignment = 2 : i64} : !llvm.ptr -> i16
    %41 = vector.broadcast %40 : i16 to vector<8xi16>
    %42 = vector.bitcast %41 : vector<8xi16> to vector<4xi32>
    %43 = arith.constant dense<-65536> : vector<4xi32>
    %44 = arith.andi %42, %43 : vector<4xi32>
    %45 = arith.bitcast %44 : vector<4xi32> to vector<4xf32>
    %46 = llvm.intr.fmuladd(%45, %36, %22) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %47 = arith.addi %38, %6 : i64
    %48 = llvm.getelementptr %13[%47] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %49 = llvm.load %48 {alignment = 2 : i64} : !llvm.ptr -> i16
    %50 = vector.broadcast %49 : i16 to vector<8xi16>
    %51 = vector.bitcast %50 : vector<8xi16> to vector<4xi32>
    %52 = arith.andi %51, %43 : vector<4xi32>
    %53 = arith.bitcast %52 : vector<4xi32> to vector<4xf32>
    %54 = llvm.intr.fmuladd(%53, %36, %23) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %55 = arith.addi %21, %6 : i64
    %56 = llvm.getelementptr %indices[%55] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %57 = llvm.load %56 {alignment = 2 : i64} : !llvm.ptr -> i16
    %58 = arith.extui %57 : i16 to i64
    %59 = arith.muli %58, %x_row : i64
    %60 = llvm.getelementptr %base[%59] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %61 = llvm.intr.masked.load %60, %mask, %16 {alignment = 4 : i32} : (!llvm.ptr, vector<4xi1>, vector<4xf32>) -> vector<4xf32>
    %62 = arith.muli %55, %37 : i64
    %63 = llvm.getelementptr %13[%62] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %64 = llvm.load %63 {alignment = 2 : i64} : !llvm.ptr -> i16
    %65 = vector.broadcast %64 : i16 to vector<8xi16>
    %66 = vector.bitcast %65 : vector<8xi16> to vector<4xi32>
    %67 = arith.andi %66, %43 : vector<4xi32>
    %68 = arith.bitcast %67 : vector<4xi32> to vector<4xf32>
    %69 = llvm.intr.fmuladd(%68, %61, %24) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %70 = arith.addi %62, %6 : i64
    %71 = llvm.getelementptr %13[%70] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %72 = llvm.load %71 {alignment = 2 : i64} : !llvm.ptr -> i16
    %73 = vector.broadcast %72 : i16 to vector<8xi16>
    %74 = vector.bitcast %73 : vector<8xi16> to vector<4xi32>
    %75 = arith.andi %74, %43 : vector<4xi32>
    %76 = arith.bitcast %75 : vector<4xi32> to vector<4xf32>
    %77 = llvm.intr.fmuladd(%76, %61, %25) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %78 = arith.addi %21, %37 : i64
    %79 = llvm.getelementptr %indices[%78] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %80 = llvm.load %79 {alignment = 2 : i64} : !llvm.ptr -> i16
    %81 = arith.extui %80 : i16 to i64
    %82 = arith.muli %81, %x_row : i64
    %83 = llvm.getelementptr %base[%82] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %84 = llvm.intr.masked.load %83, %mask, %16 {alignment = 4 : i32} : (!llvm.ptr, vector<4xi1>, vector<4xf32>) -> vector<4xf32>
    %85 = arith.muli %78, %37 : i64
    %86 = llvm.getelementptr %13[%85] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %87 = llvm.load %86 {alignment = 2 : i64} : !llvm.ptr -> i16
    %88 = vector.broadcast %87 : i16 to vector<8xi16>
    %89 = vector.bitcast %88 : vector<8xi16> to vector<4xi32>
    %90 = arith.andi %89, %43 : vector<4xi32>
    %91 = arith.bitcast %90 : vector<4xi32> to vector<4xf32>
    %92 = llvm.intr.fmuladd(%91, %84, %26) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %93 = arith.addi %85, %6 : i64
    %94 = llvm.getelementptr %13[%93] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %95 = llvm.load %94 {alignment = 2 : i64} : !llvm.ptr -> i16
    %96 = vector.broadcast %95 : i16 to vector<8xi16>
    %97 = vector.bitcast %96 : vector<8xi16> to vector<4xi32>
    %98 = arith.andi %97, %43 : vector<4xi32>
    %99 = arith.bitcast %98 : vector<4xi32> to vector<4xf32>
    %100 = llvm.intr.fmuladd(%99, %84, %27) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %101 = arith.constant 3 : i64
    %102 = arith.addi %21, %101 : i64
    %103 = llvm.getelementptr %indices[%102] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %104 = llvm.load %103 {alignment = 2 : i64} : !llvm.ptr -> i16
    %105 = arith.extui %104 : i16 to i64
    %106 = arith.muli %105, %x_row : i64
    %107 = llvm.getelementptr %base[%106] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %108 = llvm.intr.masked.load %107, %mask, %16 {alignment = 4 : i32} : (!llvm.ptr, vector<4xi1>, vector<4xf32>) -> vector<4xf32>
    %109 = arith.muli %102, %37 : i64
    %110 = llvm.getelementptr %13[%109] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %111 = llvm.load %110 {alignment = 2 : i64} : !llvm.ptr -> i16
    %112 = vector.broadcast %111 : i16 to vector<8xi16>
    %113 = vector.bitcast %112 : vector<8xi16> to vector<4xi32>
    %114 = arith.andi %113, %43 : vector<4xi32>
    %115 = arith.bitcast %114 : vector<4xi32> to vector<4xf32>
    %116 = llvm.intr.fmuladd(%115, %108, %28) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %117 = arith.addi %109, %6 : i64
    %118 = llvm.getelementptr %13[%117] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %119 = llvm.load %118 {alignment = 2 : i64} : !llvm.ptr -> i16
    %120 = vector.broadcast %119 : i16 to vector<8xi16>
    %121 = vector.bitcast %120 : vector<8xi16> to vector<4xi32>
    %122 = arith.andi %121, %43 : vector<4xi32>
    %123 = arith.bitcast %122 : vector<4xi32> to vector<4xf32>
    %124 = llvm.intr.fmuladd(%123, %108, %29) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    scf.yield %46, %54, %69, %77, %92, %100, %116, %124 : vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>
  }
  %125 = arith.addf %30#0, %30#2 : vector<4xf32>
  %126 = arith.addf %125, %30#4 : vector<4xf32>
  %127 = arith.addf %126, %30#6 : vector<4xf32>
  %128 = arith.addf %30#1, %30#3 : vector<4xf32>
  %129 = arith.addf %128, %30#5 : vector<4xf32>
  %130 = arith.addf %129, %30#7 : vector<4xf32>
  %134:2 = scf.for %131 = %20 to %last step %6 iter_args(%132 = %127, %133 = %130) -> (vector<4xf32>, vector<4xf32>) : i64 {
    %135 = llvm.getelementptr %indices[%131] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %136 = llvm.load %135 {alignment = 2 : i64} : !llvm.ptr -> i16
    %137 = arith.extui %136 : i16 to i64
    %138 = arith.muli %137, %x_row : i64
    %139 = llvm.getelementptr %base[%138] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %140 = llvm.intr.masked.load %139, %mask, %16 {alignment = 4 : i32} : (!llvm.ptr, vector<4xi1>, vector<4xf32>) -> vector<4xf32>
    %141 = arith.constant 2 : i64
    %142 = arith.muli %131, %141 : i64
    %143 = llvm.getelementptr %13[%142] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %144 = llvm.load %143 {alignment = 2 : i64} : !llvm.ptr -> i16
    %145 = vector.broadcast %144 : i16 to vector<8xi16>
    %146 = vector.bitcast %145 : vector<8xi16> to vector<4xi32>
    %147 = arith.constant dense<-65536> : vector<4xi32>
    %148 = arith.andi %146, %147 : vector<4xi32>
    %149 = arith.bitcast %148 : vector<4xi32> to vector<4xf32>
    %150 = llvm.intr.fmuladd(%149, %140, %132) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %151 = arith.addi %142, %6 : i64
    %152 = llvm.getelementptr %13[%151] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %153 = llvm.load %152 {alignment = 2 : i64} : !llvm.ptr -> i16
    %154 = vector.broadcast %153 : i16 to vector<8xi16>
    %155 = vector.bitcast %154 : vector<8xi16> to vector<4xi32>
    %156 = arith.andi %155, %147 : vector<4xi32>
    %157 = arith.bitcast %156 : vector<4xi32> to vector<4xf32>
    %158 = llvm.intr.fmuladd(%157, %140, %133) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    scf.yield %150, %158 : vector<4xf32>, vector<4xf32>
  }
  scf.yield %134#0, %134#1 : vector<4xf32>, vector<4xf32>
} else {
  %159 = arith.constant dense<0.000000000e+00> : vector<4xf32>
  %164:3 = scf.for %160 = %column to %limit step %6 iter_args(%161 = %first, %162 = %5, %163 = %12) -> (i64, vector<4xf32>, vector<4xf32>) : i64 {
    %165 = arith.addi %last, %0 : i64
    %166 = arith.minsi %161, %165 : i64
    %167 = arith.constant 0 : i64
    %168 = arith.maxsi %166, %167 : i64
    %169 = arith.cmpi slt, %161, %last : i64
    %170 = llvm.getelementptr %indices[%168] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %171 = llvm.load %170 {alignment = 2 : i64} : !llvm.ptr -> i16
    %172 = arith.extui %171 : i16 to i64
    %173 = arith.cmpi eq, %172, %160 : i64
    %174 = arith.andi %169, %173 : i1
    %175 = arith.muli %160, %x_row : i64
    %176 = llvm.getelementptr %base[%175] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %177 = llvm.intr.masked.load %176, %mask, %159 {alignment = 4 : i32} : (!llvm.ptr, vector<4xi1>, vector<4xf32>) -> vector<4xf32>
    %178 = arith.constant 2 : i64
    %179 = arith.muli %168, %178 : i64
    %180 = llvm.getelementptr %13[%179] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %181 = llvm.load %180 {alignment = 2 : i64} : !llvm.ptr -> i16
    %182 = vector.broadcast %181 : i16 to vector<8xi16>
    %183 = vector.bitcast %182 : vector<8xi16> to vector<4xi32>
    %184 = arith.constant dense<-65536> : vector<4xi32>
    %185 = arith.andi %183, %184 : vector<4xi32>
    %186 = arith.bitcast %185 : vector<4xi32> to vector<4xf32>
    %187 = arith.select %174, %186, %159 : vector<4xf32>
    %188 = llvm.intr.fmuladd(%187, %177, %162) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %189 = arith.addi %179, %6 : i64
    %190 = llvm.getelementptr %13[%189] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %191 = llvm.load %190 {alignment = 2 : i64} : !llvm.ptr -> i16
    %192 = vector.broadcast %191 : i16 to vector<8xi16>
    %193 = vector.bitcast %192 : vector<8xi16> to vector<4xi32>
    %194 = arith.andi %193, %184 : vector<4xi32>
    %195 = arith.bitcast %194 : vector<4xi32> to vector<4xf32>
    %196 = arith.select %174, %195, %159 : vector<4xf32>
    %197 = llvm.intr.fmuladd(%196, %177, %163) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %198 = arith.extui %174 : i1 to i64
    %199 = arith.addi %161, %198 : i64
    scf.yield %199, %188, %197 : i64, vector<4xf32>, vector<4xf32>
  }
  scf.yield %164#1, %164#2 : vector<4xf32>, vector<4xf32>
}
