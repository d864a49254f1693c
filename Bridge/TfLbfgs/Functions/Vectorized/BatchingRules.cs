using System.Collections.Frozen;
using TfLbfgs.Tensors;

namespace TfLbfgs.Functions.Vectorized;

/// <summary>
/// How each op is executed for all elements at once. A rule returns the stacked outputs, or null where the op has no such form for these
/// inputs. Python: the converters of <c>pfor</c>.
/// </summary>
internal static class BatchingRules
{
    /// <summary>Ops with a state that may run once for all elements.</summary>
    private static readonly FrozenSet<string> Readers = FrozenSet.ToFrozenSet(
    [
        OpNames.ReadVariableOp, OpNames.ResourceGather, OpNames.ResourceGatherNd, OpNames.VariableShape, OpNames.VarIsInitializedOp,
            OpNames.VarHandleOp, OpNames.Assert,
    ]);

    private static readonly Lazy<FrozenDictionary<string, Func<BatchedOperation, Tensor[]?>>> Rules = new(Build);

    /// <summary>The rule of an op; null: there is none.</summary>
    public static Func<BatchedOperation, Tensor[]?>? Find(string op) => Rules.Value.GetValueOrDefault(op);

    /// <summary>Whether an op with a state only reads it.</summary>
    public static bool OnlyReads(string op) => Readers.Contains(op);

    private static FrozenDictionary<string, Func<BatchedOperation, Tensor[]?>> Build()
    {
        Dictionary<string, Func<BatchedOperation, Tensor[]?>> rules = new(StringComparer.Ordinal);
        ElementwiseBatching.AddTo(rules);
        ProductBatching.AddTo(rules);
        ReductionBatching.AddTo(rules);
        ShapeBatching.AddTo(rules);
        SliceBatching.AddTo(rules);
        LayerBatching.AddTo(rules);
        return rules.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
