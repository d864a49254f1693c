namespace TfLbfgs.Tests.Documents.Coverage;

/// <summary>Why some ops that have a gradient in Python have no rule here.</summary>
internal static class OpReasons
{
    private static readonly (string Reason, string[] Ops)[] All =
    [
        ("control flow of TensorFlow 1, which `If`, `Case` and `While` have replaced",
            [
                "Enter", "Exit", "LoopCond", "Merge", "NextIteration", "RefEnter", "RefExit", "RefMerge", "RefNextIteration", "RefSwitch",
                "Switch",
            ]),
        ("reference variables of TensorFlow 1, which resource variables have replaced", ["DebugGradientRefIdentity", "RefIdentity"]),
        ("tensor arrays of TensorFlow 1: versions 1 and 2 are removed from the graph version, and the rules of version 3 work by the names that "
            + "`tf.gradients` gives; `TensorArray` is made of lists, as it is in TensorFlow 2",
            [
                "TensorArrayConcat", "TensorArrayConcatV2", "TensorArrayConcatV3", "TensorArrayGather", "TensorArrayGatherV2",
                "TensorArrayGatherV3", "TensorArrayRead", "TensorArrayReadV2", "TensorArrayReadV3", "TensorArrayScatter",
                "TensorArrayScatterV2", "TensorArrayScatterV3", "TensorArraySplit", "TensorArraySplitV2", "TensorArraySplitV3",
                "TensorArrayWrite", "TensorArrayWriteV2", "TensorArrayWriteV3",
            ]),
        ("runs Python code", ["EagerPyFunc"]),
        ("takes a Python object apart", ["CompositeTensorVariantFromComponents", "CompositeTensorVariantToComponents"]),
        ("a constant inside Python's eager functions; its rule raises an error", ["_EagerConst"]),
        ("has no kernel for the CPU: joins devices",
            ["AllToAll", "CollectivePermute", "CrossReplicaSum", "NcclAllReduce", "NcclBroadcast", "NcclReduce"]),
        ("a mesh of devices",
            ["CopyToMesh", "CopyToMeshGrad", "Relayout", "RelayoutLike", "XlaSpmdFullToShardShape", "XlaSpmdShardToFullShape"]),
        ("TPU only", ["TPUEmbeddingActivations"]),
        ("inserted by the compiler of TensorFlow, has no kernel", ["XlaClusterOutput"]),
        ("GPU only", ["CTCLossV2", "CudnnRNN", "CudnnRNNV2", "CudnnRNNV3", "SparseMatrixAdd", "SparseMatrixMul", "SparseMatrixSoftmax"]),
        ("has no kernel; a graph rewriter of TensorFlow 1 replaces it. Use `AddN`", ["AccumulateNV2"]),
        ("TensorFlow 2.21 refuses to run it: removed from the graph version. Use `FusedBatchNormV3`", ["BatchNormWithGlobalNormalization"]),
        ("TensorFlow 2.21 refuses to run it: removed from the graph version. Use `QuantizeAndDequantizeV4`", ["QuantizeAndDequantize"]),
        ("TensorFlow 2.21 has no kernel that fits it. Use `TopKV2`", ["TopK"]),
        ("exists in graphs that XLA compiles only. Use `Einsum`", ["XlaEinsum"]),
    ];

    private static readonly Dictionary<string, string> ByOp =
        All.SelectMany(group => group.Ops.Select(op => (op, group.Reason)))
            .ToDictionary(pair => pair.op, pair => pair.Reason, StringComparer.Ordinal);

    /// <summary>The ops with a reason.</summary>
    public static IEnumerable<string> Names => ByOp.Keys;

    /// <summary>The reason for one op; null: none.</summary>
    public static string? Of(string op) => ByOp.GetValueOrDefault(op);
}
