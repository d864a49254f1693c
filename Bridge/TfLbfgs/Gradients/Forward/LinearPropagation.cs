using TfLbfgs.Gradients.Rules;
using TfLbfgs.Tensors;

namespace TfLbfgs.Gradients.Forward;

/// <summary>
/// Carries perturbations of the inputs of an op to its outputs, where it is linear or a product. A perturbation that is null is zero.
/// </summary>
internal static class LinearPropagation
{
    /// <summary>The perturbations of the outputs of an op that is linear in the inputs concerned; null: it is not.</summary>
    public static Tensor?[]? Linear(Operation operation, Tensor[] outputs, Tensor?[] perturbations)
    {
        if (operation.Name is OpNames.ReadVariableOp)
            return [perturbations[0]];
        if (OpStructure.IsSum(operation.Name))
            return [Sum(operation, outputs[0], perturbations)];
        ReadOnlySpan<int> linear = OpStructure.LinearInputs(operation);
        if (linear.Length == 0)
            return null;
        Tensor[] inputs = [.. operation.Inputs];
        bool any = false;
        foreach (int i in linear)
        {
            any |= perturbations[i] is not null;
            inputs[i] = perturbations[i] ?? RawOps.ZerosLike(inputs[i]);
        }

        // The others are indices and conditions: what they depend on does not matter.
        return any ? operation.WithInputs(inputs).Execute() : new Tensor?[outputs.Length];
    }

    /// <summary>An op that is linear in each input, of inputs that are replaced; null: one of them is zero.</summary>
    public static Tensor? Product(Operation operation, ReadOnlySpan<Tensor?> inputs)
    {
        Tensor[] replaced = new Tensor[inputs.Length];
        for (int i = 0; i < replaced.Length; i++)
        {
            if (inputs[i] is not { } input)
                return null;
            replaced[i] = input;
        }

        return operation.WithInputs(replaced).Execute()[0];
    }

    /// <summary>The sum of what is not zero; null: all is.</summary>
    public static Tensor? Add(Tensor? left, Tensor? right) => left is null ? right : right is null ? left : RawOps.AddV2(left, right);

    private static Tensor? Sum(Operation operation, Tensor output, Tensor?[] perturbations)
    {
        (Tensor? x, Tensor? y) = (perturbations[0], perturbations[1]);
        if (x is not null && y is not null)
            return operation.WithInputs([x, y]).Execute()[0];
        if (y is null)
            return x is null ? null : Repeat(x, output);
        if (operation.Name == OpNames.BiasAdd)
            return operation.WithInputs([RawOps.ZerosLike(operation.Inputs[0]), y]).Execute()[0];
        return Repeat(operation.Name == OpNames.Sub ? RawOps.Neg(y) : y, output);
    }

    private static Tensor Repeat(Tensor x, Tensor output) =>
        x.Shape.IsFullyKnown && x.Shape == output.Shape ? x : RawOps.BroadcastTo(x, RuleOperations.ShapeOf(output));
}
