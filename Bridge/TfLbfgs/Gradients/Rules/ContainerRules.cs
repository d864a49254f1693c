using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Gradients.Rules;

/// <summary>Tensors packed into one value: optional ones, and maps from keys to tensors. The gradient is packed in the same way.</summary>
internal static class ContainerRules
{
    public static void AddTo(RuleTable rules)
    {
        rules.Add(OpNames.OptionalFromValue, context => RawOps.OptionalGetValue(
            context.Upstream, [.. context.Inputs.Select(input => input.DType)], [.. context.Inputs.Select(input => input.Shape)]));
        rules.Add(OpNames.OptionalGetValue, context => context.Result(
            RawOps.OptionalFromValue([.. Enumerable.Range(0, context.Outputs.Count).Select(context.UpstreamOf)])));
        rules.NotDifferentiable(OpNames.EmptyTensorMap, OpNames.TensorMapHasKey, OpNames.TensorMapSize, OpNames.TensorMapStackKeys);
        rules.Add(OpNames.TensorMapLookup, context => context.Result(Map(context.Inputs[1], context.Upstream)));
        rules.Add(OpNames.TensorMapInsert, Insert);
        rules.Add(OpNames.TensorMapErase, Erase);
    }

    /// <summary>What was erased has no gradient, also where the sum of the map's gradients has one at the key.</summary>
    private static Tensor?[] Erase(RuleContext context)
    {
        (Tensor map, Tensor key) = (context.Inputs[0], context.Inputs[1]);
        DType dtype = context.Get(OpAttributes.TensorMapErase.ValueDtype);
        Tensor zeros = RawOps.ZerosLike(RawOps.TensorMapLookup(map, key, dtype));
        return context.Result(RawOps.TensorMapErase(RawOps.AddN([context.Upstream, Map(key, zeros)]), key, dtype));
    }

    private static Tensor Map(Tensor key, Tensor value) => RawOps.TensorMapInsert(RawOps.EmptyTensorMap(), key, value);

    /// <summary>What was inserted replaces what stood there: its gradient is that of the key, and the map's has none at the key.</summary>
    private static Tensor?[] Insert(RuleContext context)
    {
        (Tensor key, Tensor value) = (context.Inputs[1], context.Inputs[2]);
        // A key that was not looked up is missing in the gradient.
        Tensor all = RawOps.AddN([context.Upstream, Map(key, RawOps.ZerosLike(value))]);
        return context.Result(
            context.Needs(0) ? RawOps.TensorMapErase(all, key, value.DType) : null,
            null,
            context.Needs(2) ? RawOps.TensorMapLookup(all, key, value.DType) : null);
    }
}
