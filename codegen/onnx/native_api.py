"""The binary interface of ONNX Runtime's custom operators: what lies where in its two tables of functions.

``OrtApi`` is a table of function pointers that only ever grows at its end, ``OrtCustomOp`` a version number and
callbacks. Places are counted in words of 8 bytes, from the declarations in onnxruntime_c_api.h. So no header and no C
compiler is needed to speak to a runtime, and a library works with every later one.
"""

from __future__ import annotations

# Of all operators.
DOMAIN = "sparsec"
# From so many dimensions on the first is that of images, where features do not lie last.
IMAGES_RANK = 4
# The version of the interface that a library asks for: ONNX Runtime 1.18 is the oldest that it runs in.
VERSION = 18

# What a session calls in a library, and what tells the name of the version that was picked: null if none can run.
ENTRY, PICKED = "RegisterCustomOps", "sparsec_version"

# Places in OrtApi by name, under the first version of ONNX Runtime that has them.
SLOTS: dict[str, int] = {
    # 1.0
    "CreateStatus": 0,
    "CreateCustomOpDomain": 26,
    "CustomOpDomain_Add": 27,
    "AddCustomOpDomain": 28,
    "GetTensorMutableData": 51,
    "CreateTensorTypeAndShapeInfo": 57,
    "SetDimensions": 59,
    "GetDimensionsCount": 61,
    "GetDimensions": 62,
    "GetSymbolicDimensions": 63,
    "GetTensorShapeElementCount": 64,
    "GetTensorTypeAndShape": 65,
    "AllocatorAlloc": 75,
    "AllocatorFree": 76,
    "GetAllocatorWithDefaultOptions": 78,
    "KernelInfoGetAttribute_int64": 86,
    "KernelContext_GetInput": 90,
    "KernelContext_GetOutput": 91,
    "ReleaseStatus": 93,
    "ReleaseTensorTypeAndShapeInfo": 99,
    "ReleaseCustomOpDomain": 101,
    # 1.5
    "ReleaseAllocator": 132,
    # 1.8
    "KernelInfoGetAttributeArray_int64": 163,
    # 1.10
    "KernelContext_GetGPUComputeStream": 193,
    # 1.15
    "KernelInfoGetConstantInput_tensor": 249,
    # 1.17
    "ShapeInferContext_GetInputTypeShape": 268,
    "ShapeInferContext_GetAttribute": 269,
    "ShapeInferContext_SetOutputTypeShape": 270,
    "SetSymbolicDimensions": 271,
    "ReadOpAttr": 272,
    "KernelContext_ParallelFor": 274,
    # 1.18
    "KernelInfoGetAllocator": 278,
}

# What follows the version in OrtCustomOp, in order; the last four came with 1.18. Those that ``native_ops`` has no
# answer for are null, which is allowed for all of them once CreateKernelV2 and KernelComputeV2 (1.16) are there.
CALLBACKS: tuple[str, ...] = (
    "CreateKernel",
    "GetName",
    "GetExecutionProviderType",
    "GetInputType",
    "GetInputTypeCount",
    "GetOutputType",
    "GetOutputTypeCount",
    "KernelCompute",
    "KernelDestroy",
    "GetInputCharacteristic",
    "GetOutputCharacteristic",
    "GetInputMemoryType",
    "GetVariadicInputMinArity",
    "GetVariadicInputHomogeneity",
    "GetVariadicOutputMinArity",
    "GetVariadicOutputHomogeneity",
    "CreateKernelV2",
    "KernelComputeV2",
    "InferOutputShapeFn",
    "GetStartVersion",
    "GetEndVersion",
    "GetMayInplace",
    "ReleaseMayInplace",
    "GetAliasMap",
    "ReleaseAliasMap",
)

# ONNXTensorElementDataType of what kernels read and write.
TYPES = {"f32": 1, "u8": 2, "i8": 3, "i16": 5, "i32": 6, "f16": 10, "bf16": 16}

# OrtErrorCode and OrtOpAttrType.
FAIL, INVALID_ARGUMENT, ATTRIBUTE_INT, ATTRIBUTE_INTS = 1, 2, 1, 2
