using TfLbfgs.Tensors;
using static System.FormattableString;

namespace TfLbfgs.Optimization;

/// <content>The Hessian at the end, and what statistics make of it.</content>
public sealed partial class LbfgsResult
{
    /// <summary>
    /// The inverse Hessian that a dense method learnt, float64, shape [n, n]; null for others, and unless it was asked for by
    /// <see cref="LbfgsOptions.ReturnInverseHessian"/>. Owned by the result. Python: <c>inverse_hessian_estimate</c>, <c>hess_inv</c>.
    /// </summary>
    public Tensor? InverseHessian { get; init; }

    /// <summary>
    /// From a position and a vector to the product of the Hessian there and the vector; null where the objective is unknown.
    /// </summary>
    internal Func<Tensor, Tensor, Tensor>? ProductAt { get; init; }

    /// <summary>From a position to the Hessian there; null as <see cref="ProductAt"/>.</summary>
    internal Func<Tensor, Tensor>? HessianAt { get; init; }

    /// <summary>
    /// The product of the Hessian of the loss at <see cref="Position"/> and a vector, forward over reverse, for the cost of a few
    /// evaluations. The objective and its data must still be alive.
    /// </summary>
    /// <param name="vector">The vector, shape [n], of the position's dtype; borrowed.</param>
    /// <returns>The product, shape [n], owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The shape differs, or the objective cannot be differentiated twice.</exception>
    public Tensor HessianVectorProduct(Tensor vector)
    {
        ArgumentNullException.ThrowIfNull(vector);
        if (vector.DType != Position.DType || !vector.Shape.Equals(Position.Shape))
            throw new TfLbfgsException(
                $"LbfgsResult.HessianVectorProduct: expected a vector like the position, {Position.Describe()}, received "
                + $"{vector.Describe()}.");
        return Known(ProductAt)(Position, vector);
    }

    /// <summary>
    /// The Hessian of the loss at <see cref="Position"/>: a product with each unit vector, by one traced function. Symmetric. The
    /// objective and
    /// its data must still be alive.
    /// </summary>
    /// <returns>The Hessian, float64, shape [n, n], owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The objective cannot be differentiated twice.</exception>
    public Tensor Hessian() => Known(HessianAt)(Position);

    /// <summary>
    /// The covariance of the parameters: the inverse of the Hessian of the negative log-likelihood. With a loss that is a mean over N rows,
    /// <paramref name="likelihoodScale"/> is N; with half a sum of squared residuals, it is 1/s^2 for the variance
    /// s^2 = 2 loss / (N - n) of the residuals. Python: <c>cov_params()</c> of statsmodels.
    /// </summary>
    /// <param name="likelihoodScale">What the loss is multiplied by to be the negative log-likelihood; default 1.</param>
    /// <param name="source">Where the Hessian comes from; default: exact.</param>
    /// <returns>The covariance, float64, shape [n, n], owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The Hessian is not positive definite: the point is no strict minimum, or parameters cannot be
    /// distinguished; or it is not available.</exception>
    public Tensor Covariance(double likelihoodScale = 1, HessianSource source = HessianSource.Exact)
    {
        if (!(likelihoodScale > 0) || !double.IsFinite(likelihoodScale))
            throw new TfLbfgsException(Invariant(
                $"LbfgsResult.Covariance: expected a positive likelihoodScale, received {likelihoodScale}."));
        using TensorScope scope = new();
        if (source == HessianSource.Learnt)
        {
            Tensor learnt = InverseHessian ?? throw new TfLbfgsException(
                "LbfgsResult.Covariance: expected the inverse Hessian of a dense method, received a result without one. Minimize with "
                + "LbfgsOptions { Direction = new DenseDirection(), ReturnInverseHessian = true }, or take HessianSource.Exact.");
            return scope.Keep(learnt / likelihoodScale);
        }

        Tensor hessian = Hessian();
        var (values, vectors) = RawOps.SelfAdjointEigV2(hessian);
        double[] eigenvalues = values.ToArray<double>();
        double least = eigenvalues[0], rounding = eigenvalues.Length * Math.ScaleB(1, -52) * Math.Abs(eigenvalues[^1]);
        if (!(least > rounding))
        {
            throw new TfLbfgsException(Invariant(
                $"LbfgsResult.Covariance: expected a positive definite Hessian, received one with eigenvalues from {least:G4} to {eigenvalues[^1]:G4}: the point is no strict minimum, or some parameters cannot be distinguished by the data. Leave out such parameters, or add a penalty."));
        }

        return scope.Keep(RawOps.MatMul(vectors / values, vectors, transposeB: true) / likelihoodScale);
    }

    /// <summary>
    /// The standard errors of the parameters: the roots of the variances in <see cref="Covariance"/>. Python: <c>bse</c> of statsmodels.
    /// </summary>
    /// <param name="likelihoodScale">What the loss is multiplied by to be the negative log-likelihood; default 1.</param>
    /// <param name="source">Where the Hessian comes from; default: exact.</param>
    /// <returns>One number for each parameter, in the order of the position.</returns>
    /// <inheritdoc cref="Covariance" path="/exception"/>
    public double[] StandardErrors(double likelihoodScale = 1, HessianSource source = HessianSource.Exact)
    {
        using TensorScope scope = new();
        return RawOps.Sqrt(RawOps.MatrixDiagPart(Covariance(likelihoodScale, source))).ToArray<double>();
    }

    private static T Known<T>(T? function) where T : class => function ?? throw new TfLbfgsException(
        "LbfgsResult: expected the result of a minimization of one vector in the default mode, received one that keeps no objective, of "
        + "a batch or by tfp's rules. Use Derivatives.HessianVectorProduct.");
}
