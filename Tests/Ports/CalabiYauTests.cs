using System.Numerics;
using TfLbfgs.Gradients;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Ports;

/// <summary>z to the real and imaginary parts of its products with its conjugate, each once. Python: Bihomogeneous.</summary>
internal sealed class Bihomogeneous : Layer
{
    private static readonly int[] Upper = [.. Enumerable.Range(0, 25).Where(i => i % 5 >= i / 5)];
    private static readonly int[] Strict = [.. Enumerable.Range(0, 25).Where(i => i % 5 > i / 5)];

    protected override Tensor Call(Tensor input, CallContext context)
    {
        Tensor products = Tf.Reshape(Tf.Einsum("ai,aj->aij", input, Tf.Conj(input)), [-1, 25]);
        return Tf.Concat([Tf.Gather(Tf.Real(products), Tensor.From(Upper), axis: 1), Tf.Gather(Tf.Imag(products), Tensor.From(Strict), axis: 1)], 1);
    }
}

/// <summary>
/// The metric of a Calabi-Yau manifold from a potential: complex points, a complex Hessian, a determinant. By tfp's L-BFGS. After
/// yidiq7/MLGeometry.
/// </summary>
internal sealed class Potential(params long[] units) : Model
{
    private readonly Bihomogeneous _products = new();
    private readonly Dense[] _hidden = [.. units.Select(n => new Dense(n, Tf.Square, useBias: false) { KernelInitializer = new RandomNormal() })];
    private readonly Dense _last = new(1, Tf.Log, useBias: false) { KernelInitializer = new RandomNormal() };

    public LbfgsResult Train(Tensor z, Tensor omega, Tensor mass, Tensor restriction, int iterations)
    {
        using VariableObjective objective = VariableObjective.Of(TrainableVariables, d => Loss(d[0], d[1], d[2] / Tf.ReduceSum(d[2]), d[3]), [z, omega, mass, restriction]);
        return Lbfgs.Minimize(objective, LbfgsOptions.TfpCompatible with { MaxIterations = iterations });
    }

    public Tensor Volume(Tensor z, Tensor restriction) =>
        Tf.Real(Tf.Linalg.Det(Tf.MatMul(restriction, Tf.MatMul(Metric(z), restriction, adjointB: true))));

    protected override Tensor Call(Tensor input, CallContext context) =>
        _last.Call(_hidden.Aggregate(_products.Call(input), (x, layer) => layer.Call(x)));

    /// <summary>The second derivatives by z and its conjugate, [points, 5, 5].</summary>
    private Tensor Metric(Tensor z)
    {
        using GradientTape outer = new(persistent: true);
        outer.Watch(z);
        Tensor slope;
        using (GradientTape inner = new())
        {
            inner.Watch(z);
            slope = Tf.Conj(inner.Gradient(Call(z), z));
        }

        Tensor i = Tf.Constant(Complex.ImaginaryOne, z.DType);
        return Tf.Stack([.. Tf.Unstack(slope, 1).Select(d => outer.Gradient(Tf.Real(d), z) + i * outer.Gradient(Tf.Imag(d), z))], 1) / 4;
    }

    private Tensor Loss(Tensor z, Tensor omega, Tensor share, Tensor restriction)
    {
        Tensor volume = Volume(z, restriction);
        Tensor scaled = volume / Tf.ReduceSum(share * volume / omega);
        return Tf.ReduceSum(Tf.Abs(omega - scaled) / omega * share);
    }
}

public class CalabiYauTests : LeakChecked
{
    [Fact]
    public void Minimize_ByTfpsRules_GivesThePythonFigures()
    {
        using TensorScope scope = new();
        double[][] unit = PortFigures.Points(10, 2);
        Tensor z = Complex64([10, 5], 0.3, 1.1), restriction = Complex64([10, 3, 5], 0.7, 2.3);
        using Potential model = new();
        model.Call(z);
        // As the program starts its layer of width one: the potential of Fubini and Study.
        model.SetWeights([[.. Enumerable.Range(0, 25).Where(i => i % 5 >= i / 5).Select(i => i % 6 == 0 ? 1.0 : 0), .. new double[10]]]);
        Tensor Column(double[] values) => Tf.Reshape(PortFigures.Columns(DType.Float32, values), [10]);
        Tensor omega = model.Volume(z, restriction) * Column(Array.ConvertAll(unit[0], p => 0.8 + (0.4 * p)));
        Tensor mass = Column(Array.ConvertAll(unit[1], p => 0.1 + p));
        using LbfgsResult result = model.Train(z, omega, mass, restriction, iterations: 3);
        PortFigures.Of("calabi_yau").Check(result, 1e-4, 1e-2);
    }

    private static Tensor Complex64(Shape shape, double real, double imaginary)
    {
        double[] Waves(double shift) => [.. Enumerable.Range(0, (int)shape.ElementCount).Select(i => Math.Sin(shift + (1.7 * i * i)))];
        Tensor Part(double shift) => Tf.Cast(Tensor.From<double>(Waves(shift), shape), DType.Float32);
        return Tf.Complex(Part(real), Part(imaginary));
    }
}
