using System.Collections.Frozen;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Gradients.Forward;

/// <summary>
/// The tangents of the outputs of an op from those of its inputs. Linear ops and products carry tangents directly; of an element-wise op
/// the Jacobian is diagonal, so that its gradient rule serves both ways; every other op that has a
/// gradient rule is differentiated twice: its gradient is linear in the upstream gradient, and the transpose of that map is the Jacobian
/// itself.
/// </summary>
internal static class TangentRules
{
    private static readonly FrozenSet<string> Elementwise = FrozenSet.ToFrozenSet(
    [
        OpNames.Abs, OpNames.Acos, OpNames.Acosh, OpNames.Asin, OpNames.Asinh, OpNames.Atan, OpNames.Atan2, OpNames.Atanh, OpNames.Cos,
            OpNames.Cosh, OpNames.Digamma, OpNames.Div, OpNames.DivNoNan, OpNames.Elu, OpNames.EluGrad, OpNames.Erf,
        OpNames.Erfc, OpNames.Exp, OpNames.Expm1, OpNames.Inv, OpNames.InvGrad, OpNames.LeakyRelu, OpNames.LeakyReluGrad, OpNames.Lgamma,
            OpNames.Log, OpNames.Log1p, OpNames.Maximum, OpNames.Minimum, OpNames.MulNoNan, OpNames.Pow, OpNames.RealDiv,
        OpNames.Reciprocal, OpNames.ReciprocalGrad, OpNames.Relu, OpNames.Relu6, OpNames.Relu6Grad, OpNames.ReluGrad, OpNames.Rsqrt,
            OpNames.RsqrtGrad, OpNames.Selu, OpNames.SeluGrad, OpNames.Sigmoid, OpNames.SigmoidGrad, OpNames.Sin,
        OpNames.Sinh, OpNames.Softplus, OpNames.SoftplusGrad, OpNames.Softsign, OpNames.SoftsignGrad, OpNames.Sqrt, OpNames.SqrtGrad,
            OpNames.Square, OpNames.SquaredDifference, OpNames.Tan, OpNames.Tanh, OpNames.TanhGrad, OpNames.Xdivy,
        OpNames.Xlog1py, OpNames.Xlogy,
    ]);

    /// <summary>The tangents of the outputs; null where an output does not depend on what has a tangent.</summary>
    public static Tensor?[] Apply(Operation operation, Tensor[] outputs, Tensor?[] tangents)
    {
        if (LinearPropagation.Linear(operation, outputs, tangents) is { } linear)
            return linear;
        if (OpStructure.IsProduct(operation.Name))
            return [Product(operation, tangents)];
        using TapeEntry entry = new(operation, outputs);
        return IsDiagonal(operation, outputs, tangents) ? [Diagonal(entry, tangents)] : Transposed(entry, tangents);
    }

    private static Tensor? Product(Operation operation, Tensor?[] tangents)
    {
        Tensor? sum = null;
        for (int i = 0; i < tangents.Length; i++)
        {
            Tensor?[] inputs = [.. operation.Inputs];
            inputs[i] = tangents[i];
            sum = LinearPropagation.Add(sum, LinearPropagation.Product(operation, inputs));
        }

        return sum;
    }

    private static bool IsDiagonal(Operation operation, Tensor[] outputs, Tensor?[] tangents)
    {
        if (!Elementwise.Contains(operation.Name) || outputs[0].DType.IsComplex)
            return false;
        for (int i = 0; i < tangents.Length; i++)
        {
            if (tangents[i] is not null && tangents.Length > 1
                && !(outputs[0].Shape.IsFullyKnown && operation.Inputs[i].Shape == outputs[0].Shape))
                return false;
        }

        return true;
    }

    private static Tensor? Diagonal(TapeEntry entry, Tensor?[] tangents)
    {
        GradientRule rule = Rule(entry);
        Tensor? sum = null;
        for (int i = 0; i < tangents.Length; i++)
        {
            if (tangents[i] is not { } tangent)
                continue;
            bool[] needs = new bool[tangents.Length];
            needs[i] = true;
            sum = LinearPropagation.Add(sum, rule(new RuleContext(entry.Operation, entry.Inputs, entry.Outputs, [tangent], needs))[i]);
        }

        return sum;
    }

    private static Tensor?[] Transposed(TapeEntry entry, Tensor?[] tangents)
    {
        Tensor?[] upstream = Array.ConvertAll(entry.Outputs, output => output.DType.IsDifferentiable ? RawOps.OnesLike(output) : null);
        int[] places = [.. Enumerable.Range(0, upstream.Length).Where(i => upstream[i] is not null)];
        Tensor[] variables = Array.ConvertAll(places, i => upstream[i]!);
        Tensor?[] result = new Tensor?[upstream.Length];
        if (variables.Length == 0)
            return result;
        using GradientTape tape = new(persistent: false, watchAccessedVariables: false);
        foreach (Tensor variable in variables)
            tape.Watch(variable);
        RuleContext context =
            new(entry.Operation, entry.Inputs, entry.Outputs, upstream, Array.ConvertAll(tangents, tangent => tangent is not null));
        Tensor?[] gradients = Rule(entry)(context);
        for (int i = 0; i < gradients.Length; i++)
            gradients[i] ??= context.SlicesOf(i)?.ToTensor();
        int[] targets = [.. Enumerable.Range(0, gradients.Length).Where(i => gradients[i] is not null && tangents[i] is not null)];
        if (targets.Length == 0)
            return result;
        Tensor?[] found =
            tape.GradientOrNull(Array.ConvertAll(targets, i => gradients[i]!), variables, Array.ConvertAll(targets, i => tangents[i]));
        for (int i = 0; i < places.Length; i++)
            result[places[i]] = found[i];
        return result;
    }

    private static GradientRule Rule(TapeEntry entry) => entry.Rule ?? throw new TfLbfgsException(
        $"The op {entry.Operation.Name} has no gradient rule, which forward mode needs too. Register one with "
            + "GradientRegistry.Register(\"{entry.Operation.Name}\", context => ...), or compute it outside.");
}
