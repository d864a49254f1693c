using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.RuleOperations;
using static TfLbfgs.Gradients.Rules.Matrices;

namespace TfLbfgs.Gradients.Rules;

/// <summary>
/// Functions of matrices. The derivative of f at A in the direction E is the upper right block of f([[A, E], [0, A]]), and the adjoint of
/// the derivative is that at A^H.
/// </summary>
internal static class MatrixFunctionRules
{
    public static void AddTo(RuleTable rules)
    {
        Add(rules, OpNames.MatrixSquareRoot, RawOps.MatrixSquareRoot);
        Add(rules, OpNames.MatrixLogarithm, RawOps.MatrixLogarithm);
        Add(rules, OpNames.MatrixExponential, RawOps.MatrixExponential);
    }

    private static void Add(RuleTable rules, string op, Func<Tensor, Tensor> function) => rules.Unary(op, (g, a, _) =>
    {
        Tensor adjoint = Adjoint(a);
        Tensor block = RawOps.ConcatV2(
            [RawOps.ConcatV2([adjoint, g], Int32(-1)), RawOps.ConcatV2([RawOps.ZerosLike(a), adjoint], Int32(-1))], Int32(-2));
        Tensor right = Columns(function(block), Dimension(a, -1), Tensor.Scalar(-1L));
        return Transpose(Columns(Transpose(right), Tensor.Scalar(0L), Dimension(a, -1)));
    });
}
