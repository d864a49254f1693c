using TfLbfgs.Functions;
using TfLbfgs.Gradients;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Gradients;

public class DerivativesTests : LeakChecked
{
    [Fact]
    public void Hessian_OfRosenbrock_IsTheClosedForm()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.From([-1.2, 1.0]);
        static Tensor Rosenbrock(Tensor t) => 100 * Tf.Square(t[1] - Tf.Square(t[0])) + Tf.Square(1 - t[0]);
        double[] expected = [1200 * 1.44 - 400 + 2, 480, 480, 200];
        Tensor hessian = Derivatives.Hessian(Rosenbrock, x);
        Assert.Equal([2, 2], hessian.Shape);
        Assert.Equal(expected, hessian.ToDoubles(), (a, b) => Math.Abs(a - b) < 1e-9);
        Tensor v = Tensor.From([2.0, -1.0]);
        Assert.Equal([expected[0] * 2 - 480, 960 - 200], Derivatives.HessianVectorProduct(Rosenbrock, x, v).ToDoubles(), (a, b) =>
            Math.Abs(a - b) < 1e-9);
        using Function traced = new(t => Derivatives.Hessian(Rosenbrock, t));
        Assert.Equal(expected, traced.Call(x)[0].ToDoubles(), (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.Equal(new double[4], Derivatives.Hessian(t => Tf.ReduceSum(t * 3), x).ToDoubles());
    }

    [Fact]
    public void Jacobian_OfVariables_HasShapeOfTargetThenSource()
    {
        using TensorScope scope = new();
        using Variable w = new(Tensor.From(new[,] { { 1.0, 2.0, 3.0 }, { 4.0, 5.0, 6.0 } }), "w"),
            unused = new(Tensor.Scalar(1.0), "unused");
        Tensor x = Tensor.From(new[,] { { 1.0, -1.0 } });
        using GradientTape tape = new(persistent: true);
        Tensor y = Tf.MatMul(x, w.Value);
        Tensor jacobian = tape.Jacobian(y, [w])[0];
        Assert.Equal([1, 3, 2, 3], jacobian.Shape);
        // dy_j / dw_ik = x_i [j = k]
        Assert.Equal([1.0, 0, 0, -1, 0, 0, 0, 1, 0, 0, -1, 0, 0, 0, 1, 0, 0, -1], jacobian.ToDoubles());
        Assert.Contains("'unused'", Assert.Throws<TfLbfgsException>(() => tape.Jacobian(y, [unused])).Message, StringComparison.Ordinal);
        Assert.Equal([0.0, 0, 0], tape.Jacobian(y, [unused], UnconnectedGradients.Zero)[0].ToDoubles());
        Assert.Contains("same first dimension", Assert.Throws<TfLbfgsException>(() => tape.BatchJacobian(y, Tensor.From([1.0, 2.0])))
            .Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_AField_HasItsPartialDerivatives()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.From(new[,] { { 0.3, -0.2 }, { 1.1, 0.5 }, { -0.7, 0.9 } });
        // u = sin(x) exp(2 y)
        static Tensor Field(Tensor p)
        {
            Tensor[] columns = RawOps.Split(Tensor.Scalar(1), p, 2);
            return Tf.Sin(columns[0]) * Tf.Exp(2 * columns[1]);
        }

        PartialDerivatives u = Derivatives.Of(Field, x);
        double[] points = x.ToDoubles();
        void Check(Tensor derivative, Func<double, double, double> expected)
        {
            Assert.Equal([3, 1], derivative.Shape.ToArray());
            Assert.Equal([expected(points[0], points[1]), expected(points[2], points[3]), expected(points[4], points[5])],
                derivative.ToDoubles(), (a, b) => Math.Abs(a - b) < 1e-12);
        }

        Check(u.Value, (a, b) => Math.Sin(a) * Math.Exp(2 * b));
        Check(u[0], (a, b) => Math.Cos(a) * Math.Exp(2 * b));
        Check(u[1], (a, b) => 2 * Math.Sin(a) * Math.Exp(2 * b));
        Check(u[0, 0], (a, b) => -Math.Sin(a) * Math.Exp(2 * b));
        Check(u[1, 1], (a, b) => 4 * Math.Sin(a) * Math.Exp(2 * b));
        Check(u[1, 0], (a, b) => 2 * Math.Cos(a) * Math.Exp(2 * b));
        Check(u.Laplacian(), (a, b) => 3 * Math.Sin(a) * Math.Exp(2 * b));
        Assert.Contains("from 0 to 1", Assert.Throws<TfLbfgsException>(() => u[2]).Message, StringComparison.Ordinal);
        Assert.Contains(
            "[rows, coordinates]", Assert.Throws<TfLbfgsException>(() => Derivatives.Of(Field, x[0])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Jacobian_InsideTape_IsDifferentiated()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.From([0.3, 0.7]);
        using GradientTape outer = new();
        outer.Watch(x);
        Tensor jacobian = Derivatives.Jacobian(Tf.Sin, x);
        Assert.Equal([-Math.Sin(0.3), -Math.Sin(0.7)], outer.Gradient(jacobian, x).ToDoubles(), (a, b) => Math.Abs(a - b) < 1e-14);
    }
}
