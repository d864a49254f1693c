using TfLbfgs.Functions;
using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>The second derivatives of an objective, forward over reverse.</summary>
internal static class ObjectiveHessian
{
    /// <summary>The product of the Hessian at a position and a vector, shape [n], owned by the caller.</summary>
    public static Tensor Product(Objective objective, Tensor position, Tensor vector)
    {
        Check(objective);
        return Product(objective, position, vector, objective.Data);
    }

    /// <summary>
    /// The Hessian at a position, float64, shape [n, n], symmetric, owned by the caller: a product with each unit vector.
    /// </summary>
    public static Tensor Whole(Objective objective, Tensor position)
    {
        Check(objective);
        using TensorScope scope = new();
        using Function product =
            new(inputs => [Product(objective, inputs[0], inputs[1], inputs[2..])], new FunctionOptions { Name = "hessian_vector_product" });
        int count = checked((int)position.Shape[0]);
        (Tensor one, Tensor zero) = (VectorMath.As(Tensor.Scalar(1.0), position.DType), VectorMath.As(Tensor.Scalar(0.0), position.DType));
        IReadOnlyList<Tensor> data = objective.Data;
        Tensor[] rows = new Tensor[count];
        for (int i = 0; i < count; i++)
            rows[i] = VectorMath.As(
                product.Call([position, RawOps.OneHot(Tensor.Scalar((long)i), Tensor.Scalar(count), one, zero), .. data])[0],
                DType.Float64);
        Tensor hessian = RawOps.Pack(rows);
        return scope.Keep((hessian + Tf.Transpose(hessian)) / 2);
    }

    private static Tensor Product(Objective objective, Tensor position, Tensor vector, IReadOnlyList<Tensor> data) =>
        Derivatives.JacobianVectorProduct(at => ObjectiveGuard.Evaluate(objective, at, data).Gradient, position, vector);

    private static void Check(Objective objective)
    {
        if (objective is VariableObjective { WritesVariables: true })
            throw new TfLbfgsException(
                $"{objective.GetType().Name}: expected an objective that is a function of the vector, received one that assigns its "
                + "variables, whose second derivatives no tape sees. Leave ObjectiveOptions.UpdateByAssignment false.");
    }
}
