using TfLbfgs.Tensors;

namespace TfLbfgs.Gradients;

/// <summary>
/// Derivatives of a function of one tensor, without a tape in sight. The function is written with tensor operations and is called once or
/// more; each method can be called inside another, inside a traced function and around a tape. Results are owned by the
/// caller. JAX: <c>jax.grad</c>, <c>jax.jacrev</c>, <c>jax.hessian</c>, <c>jax.jvp</c>.
/// </summary>
public static class Derivatives
{
    /// <summary>The gradient of the sum of a function's elements.</summary>
    /// <param name="function">The function.</param>
    /// <param name="x">Where; borrowed.</param>
    /// <returns>The gradient, of the shape of <paramref name="x"/>.</returns>
    /// <exception cref="TfLbfgsException">The function does not depend on its argument, or an op has no gradient rule.</exception>
    public static Tensor Gradient(Func<Tensor, Tensor> function, Tensor x) => Record(function, x, (tape, y) => tape.Gradient(y, x));

    /// <summary>The derivative of each element of a function by each element of its argument.</summary>
    /// <param name="function">The function.</param>
    /// <param name="x">Where; borrowed.</param>
    /// <returns>The Jacobian, shape [function's shape, x's shape].</returns>
    /// <exception cref="TfLbfgsException">A shape is not known, the function does not depend on its argument, or an op has no gradient
    /// rule.</exception>
    public static Tensor Jacobian(Func<Tensor, Tensor> function, Tensor x) => Record(function, x, (tape, y) => tape.Jacobian(y, x));

    /// <summary>The second derivatives of the sum of a function's elements: the Jacobian of the gradient.</summary>
    /// <param name="function">The function, usually of a scalar value.</param>
    /// <param name="x">Where; borrowed.</param>
    /// <returns>The Hessian, shape [x's shape, x's shape]; zeros for a linear function.</returns>
    /// <exception cref="TfLbfgsException">A shape is not known, the function does not depend on its argument, or an op has no gradient
    /// rule.</exception>
    public static Tensor Hessian(Func<Tensor, Tensor> function, Tensor x) =>
        Record(at => Gradient(function, at), x, (tape, gradient) => tape.Jacobian(gradient, x, UnconnectedGradients.Zero));

    /// <summary>
    /// The product of the Hessian and a vector, without the Hessian: forward over reverse, for the cost of a few evaluations.
    /// </summary>
    /// <param name="function">The function, usually of a scalar value.</param>
    /// <param name="x">Where; borrowed.</param>
    /// <param name="vector">The vector, of the shape of <paramref name="x"/>; borrowed.</param>
    /// <returns>The product, of the shape of <paramref name="x"/>; zeros for a linear function.</returns>
    /// <exception cref="TfLbfgsException">The shapes differ, the function does not depend on its argument, or an op has no gradient
    /// rule.</exception>
    public static Tensor HessianVectorProduct(Func<Tensor, Tensor> function, Tensor x, Tensor vector) =>
        JacobianVectorProduct(at => Gradient(function, at), x, vector);

    /// <summary>The product of the Jacobian and a vector: the derivative along a direction, in forward mode.</summary>
    /// <param name="function">The function.</param>
    /// <param name="x">Where; borrowed.</param>
    /// <param name="vector">The direction, of the shape of <paramref name="x"/>; borrowed.</param>
    /// <returns>The product, of the function's shape; zeros where it does not depend on its argument.</returns>
    /// <exception cref="TfLbfgsException">The shapes differ, or an op has no gradient rule.</exception>
    public static Tensor JacobianVectorProduct(Func<Tensor, Tensor> function, Tensor x, Tensor vector)
    {
        ArgumentNullException.ThrowIfNull(function);
        using TensorScope scope = new();
        using ForwardAccumulator accumulator = new(x, vector);
        return scope.Keep(accumulator.Jvp(function(x), UnconnectedGradients.Zero));
    }

    /// <summary>
    /// A field and its partial derivatives up to the second order by the coordinates, u, u_x, u_xx, u_xy, ..., as a differential equation
    /// takes
    /// them: <c>PartialDerivatives u = Derivatives.Of(f, x); Tensor heat = u[1] - u[0, 0];</c>
    /// </summary>
    /// <param name="function">From points [rows, coordinates] to values [rows, outputs], row by row, made of ops that
    /// <see cref="TaylorAccumulator"/> knows.</param>
    /// <param name="x">The points, [rows, coordinates]; borrowed.</param>
    /// <returns>The derivatives, each computed when it is asked for.</returns>
    /// <exception cref="TfLbfgsException">The points are no matrix.</exception>
    public static PartialDerivatives Of(Func<Tensor, Tensor> function, Tensor x)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(x);
        return x.Rank == 2 && x.Shape[1] > 0
            ? new PartialDerivatives(function, x)
            : throw new TfLbfgsException($"Derivatives.Of: expected points of shape [rows, coordinates], received {x.Describe()}. Stack "
                + "the coordinates along the last axis.");
    }

    /// <summary>The derivatives of orders 0 to n along a direction, in one sweep of Taylor mode.</summary>
    /// <param name="function">The function, made of ops that <see cref="TaylorAccumulator"/> knows.</param>
    /// <param name="x">Where; borrowed.</param>
    /// <param name="direction">The direction, of the shape of <paramref name="x"/>; borrowed.</param>
    /// <param name="order">The highest derivative, at least 1.</param>
    /// <returns>The value, the first derivative, and so on, each of the function's shape.</returns>
    /// <exception cref="TfLbfgsException">The shapes differ, the function does not depend on its argument, or an op has no Taylor
    /// rule.</exception>
    public static Tensor[] Taylor(Func<Tensor, Tensor> function, Tensor x, Tensor direction, int order)
    {
        ArgumentNullException.ThrowIfNull(function);
        using TensorScope scope = new();
        using TaylorAccumulator accumulator = new(x, direction, order);
        return Array.ConvertAll(accumulator.Derivatives(function(x)), scope.Keep);
    }

    private static Tensor Record(Func<Tensor, Tensor> function, Tensor x, Func<GradientTape, Tensor, Tensor> derive)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(x);
        using TensorScope scope = new();
        using GradientTape tape = new();
        tape.Watch(x);
        return scope.Keep(derive(tape, function(x)));
    }
}
