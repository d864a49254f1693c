using TfLbfgs.Gradients.Rules;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Functions.Vectorized;

/// <summary>Products of matrices: one large product where the right factor is shared, a batch of them elsewhere.</summary>
internal static class ProductBatching
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    public static void AddTo(Dictionary<string, Func<BatchedOperation, Tensor[]?>> rules)
    {
        rules.Add(OpNames.MatMul, op => [MatMul(op)]);
        rules.Add(OpNames.Einsum, Einsum);
    }

    private static Tensor MatMul(BatchedOperation op)
    {
        bool transposeA = op.Operation.GetAttribute(OpAttributes.MatMul.TransposeA),
            transposeB = op.Operation.GetAttribute(OpAttributes.MatMul.TransposeB);
        (Tensor a, Tensor b) = (op.Inputs[0], op.Inputs[1]);
        if (!op.IsStacked[1] && !transposeA)
        {
            Tensor rows = RawOps.Reshape(a, FlatRows(a));
            Tensor product = op.With(rows, b)[0];
            Tensor columns = RawOps.Shape(product)[1..];
            Tensor shape = a.Shape.IsFullyKnown && product.Shape.IsFullyKnown
                ? RuleOperations.Ints(a.Shape[0], a.Shape[1], product.Shape[1])
                : RawOps.ConcatV2([RawOps.Shape(a)[..2], columns], RuleOperations.Int32(0));
            return RawOps.Reshape(product, shape);
        }

        // The adjoint of a batch conjugates, which a transposed product does not.
        return RawOps.BatchMatMulV2(Conj(a, transposeA), Conj(b, transposeB), transposeA, transposeB);
    }

    private static Tensor FlatRows(Tensor a) => a.Shape[2] >= 0
        ? RuleOperations.Ints(-1, a.Shape[2])
        : RawOps.ConcatV2([RuleOperations.Ints([-1], DType.Int32), RawOps.Shape(a)[2..]], RuleOperations.Int32(0));

    private static Tensor Conj(Tensor x, bool isTransposed) => isTransposed ? RuleOperations.Conj(x) : x;

    /// <summary>The same equation with a letter for the elements before each stacked operand and the result.</summary>
    private static Tensor[]? Einsum(BatchedOperation op)
    {
        string equation = op.Operation.GetAttribute(OpAttributes.Einsum.Equation);
        int free = 0;
        while (free < Letters.Length && equation.Contains(Letters[free], StringComparison.Ordinal))
            free++;
        if (free == Letters.Length)
            return null;
        char letter = Letters[free];
        string[] sides = equation.Split("->");
        string[] operands = sides[0].Split(',');
        for (int i = 0; i < operands.Length; i++)
            operands[i] = op.IsStacked[i] ? letter + operands[i].Trim() : operands[i].Trim();
        return [RawOps.Einsum(op.Inputs, $"{string.Join(',', operands)}->{letter}{sides[1].Trim()}")];
    }
}
