using System.Numerics;
using TfLbfgs.Optimization;
using TfLbfgs.Parameters;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Optimization;

public sealed class NamedObjectiveTests : LeakChecked
{
    [Fact]
    public void Minimize_NamedTensors_GivesThemByName()
    {
        using TensorScope scope = new();
        (Tensor x, Tensor y) = Line();
        using NamedResult fit = Lbfgs.Minimize(
            p => Tf.ReduceMean(Tf.Square(Tf.MatMul(x, p["weights"]) + p["offset"] - y)),
            [("weights", Tensor.Zeros([2, 1], DType.Float64)), ("offset", Tensor.Scalar(0.0))]);
        Assert.Equal(StopReason.Converged, fit.Result.Reason);
        Assert.Equal([2L, 1], fit["weights"].Shape.ToArray());
        Assert.Equal([3.0, -2.0], fit["weights"].ToArray<double>().Select(w => Math.Round(w, 6)));
        Assert.Equal(0, fit["offset"].Rank);
        Assert.Equal(0.5, fit["offset"].ToScalar<double>(), 1e-6);
        Assert.Equal(["weights", "offset"], fit.Values.Keys);
        Assert.Equal(2, fit.Values.Count);
        Assert.True(fit.Values.ContainsKey("offset") && !fit.Values.ContainsKey("bias"));
        Assert.Contains("weights, offset, received 'bias'", Assert.Throws<TfLbfgsException>(() => fit["bias"]).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluate_Float32AndFloat64_LiftedToFloat64()
    {
        using TensorScope scope = new();
        using NamedObjective objective = new(
            p => Tf.ReduceSum(Tf.Square(Tf.Cast(p["a"], DType.Float64) * p["b"] - 6)),
                [("a", Tensor.From([2f, 3f])), ("b", Tensor.From([1.0, 1.0]))], DType.Float64);
        Assert.True(objective.Layout.IsLifted);
        (Tensor loss, Tensor gradient) = objective.Evaluate(objective.InitialPosition(), []);
        Assert.Equal(25, loss.ToScalar<double>());
        Assert.Equal([-8.0, -6, -16, -18], gradient.ToArray<double>());
        using NamedTensors parts = objective.Split(gradient);
        Assert.Equal(DType.Float32, parts["a"].DType);
        Assert.Equal([-16.0, -18], parts["b"].ToArray<double>());
        Assert.Equal(gradient.ToArray<double>(), objective.Flatten(parts).ToArray<double>());
    }

    [Theory]
    [InlineData(Execution.Eager)]
    [InlineData(Execution.Traced)]
    [InlineData(Execution.Compiled)]
    public void Minimize_DataInChunks_ReachesTheSamePoint(Execution execution)
    {
        using TensorScope scope = new();
        (Tensor x, Tensor y) = Line();
        using NamedObjective objective = new(
            (p, d) => Tf.ReduceMean(Tf.Square(Tf.MatMul(d[0], p["w"]) + p["b"] - d[1])) + 0.01 * Tf.ReduceSum(Tf.Square(p["w"])),
            [("w", Tensor.Ones([2, 1], DType.Float64)), ("b", Tensor.From([0.0]))],
            [x, y]);
        LbfgsOptions options = new() { Execution = execution };
        using LbfgsResult whole = Lbfgs.Minimize(objective, options);
        using LbfgsResult chunked = Lbfgs.Minimize(new ChunkedObjective(objective, 7), options);
        Assert.Equal(StopReason.Converged, chunked.Reason);
        using NamedTensors values = objective.Split(chunked.Position);
        Assert.Equal(objective.Split(whole.Position)["b"].ToArray<double>()[0], values["b"].ToArray<double>()[0], 1e-7);
    }

    [Theory]
    [InlineData(Execution.Eager)]
    [InlineData(Execution.Traced)]
    [InlineData(Execution.Compiled)]
    public void Minimize_ComplexParameters_FindsRealAndImaginaryParts(Execution execution)
    {
        using TensorScope scope = new();
        Complex[] wanted = [new(1, 2), new(-0.5, 0.25)];
        Tensor target = Tensor.From(wanted);
        // |z^2 - w^2|^2 has its minima at +-w; the real parameter is a weight.
        using NamedObjective objective = new(
            p => Tf.ReduceSum(Tf.Square(RawOps.ComplexAbs(p["z"] * p["z"] - target * target, DType.Float64)))
                + Tf.ReduceSum(Tf.Square(p["c"] - 3)),
            [("z", Tensor.From([new Complex(1, 1), new Complex(-1, 1)])), ("c", Tensor.From([1.0]))]);
        Assert.Equal(5, objective.Count);
        using LbfgsResult result = Lbfgs.Minimize(objective, new LbfgsOptions { Execution = execution });
        using NamedTensors found = objective.Split(result.Position);
        Assert.Equal(DType.Complex128, found["z"].DType);
        Assert.All(found["z"].ToArray<Complex>().Zip(wanted), pair => Assert.True(Complex.Abs(pair.First - pair.Second) < 1e-6, $"{pair}"));
        Assert.Equal(3, found["c"].ToArray<double>()[0], 1e-6);
    }

    [Fact]
    public void Evaluate_ComplexParameters_GradientOfTheRealPairsAndFiniteDifferences()
    {
        using TensorScope scope = new();
        static Tensor Loss(Tensor z) =>
            Tf.ReduceSum(RawOps.Real(RawOps.Exp(z) * RawOps.Conj(z) * z, DType.Float64))
            + Tf.ReduceSum(RawOps.Imag(RawOps.Sin(z) / (z * z + 2), DType.Float64));
        Tensor start = Tensor.From<Complex>([new(0.3, -0.8), new(1.1, 0.4), new(-0.6, 0.2)], [3, 1]);
        using NamedObjective complex = new(p => Loss(p["z"]), [("z", start)]);
        using NamedObjective pairs = new(
            p => Loss(RawOps.Complex(p["re"], p["im"], DType.Complex128)),
                [("re", RawOps.Real(start, DType.Float64)), ("im", RawOps.Imag(start, DType.Float64))]);
        Tensor position = complex.InitialPosition();
        Assert.Equal([0.3, -0.8, 1.1, 0.4, -0.6, 0.2], position.ToArray<double>());
        (Tensor loss, Tensor gradient) = complex.Evaluate(position, []);
        (Tensor same, Tensor byPairs) = pairs.Evaluate(pairs.InitialPosition(), []);
        Assert.Equal(same.ToScalar<double>(), loss.ToScalar<double>(), 1e-15);
        double[] g = gradient.ToArray<double>();
        double[] b = byPairs.ToArray<double>();
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(b[i], g[2 * i], 1e-14);
            Assert.Equal(b[3 + i], g[2 * i + 1], 1e-14);
        }

        double[] at = position.ToArray<double>();
        for (int i = 0; i < at.Length; i++)
        {
            double Value(double h) =>
                complex.Evaluate(Tensor.From([.. at.Select((v, j) => j == i ? v + h : v)]), []).Loss.ToScalar<double>();
            Assert.Equal((Value(1e-6) - Value(-1e-6)) / 2e-6, g[i], 1e-8);
        }

        using NamedTensors named = complex.Split(gradient);
        Assert.Equal(new Complex(g[2], g[3]), named["z"].ToArray<Complex>()[1]);
        Assert.Equal([3L, 1], named["z"].Shape.ToArray());
    }

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, null)]
    [InlineData(false, DType.Float64)]
    public void Minimize_ComplexVariables_AreTrainedInPlace(bool byAssignment, DType? compute)
    {
        using TensorScope scope = new();
        using Variable z = new(Tensor.From([new Complex64(1, 1), new Complex64(0, 0)]), "z"), scale = new(Tensor.From([1f]), "scale");
        using ComplexFit objective = new(z, scale, new ObjectiveOptions { UpdateByAssignment = byAssignment, ComputeDType = compute });
        Assert.Equal(5, objective.Count);
        Assert.Equal(compute ?? DType.Float32, objective.DType);
        using LbfgsResult result = Lbfgs.Minimize(objective);
        Complex64[] found = z.Value.ToArray<Complex64>();
        Assert.Equal(3, found[0].Real, 1e-3f);
        Assert.Equal(-1, found[0].Imaginary, 1e-3f);
        Assert.Equal(0.5f, found[1].Imaginary, 1e-3f);
        Assert.Equal(2, scale.Value.ToArray<float>()[0], 1e-3f);
    }

    [Theory]
    [InlineData(FlattenRoute.Dynamic)]
    [InlineData(FlattenRoute.Split)]
    public void ParameterVector_ComplexAndReal_BothRoutesThereAndBack(FlattenRoute route)
    {
        using TensorScope scope = new();
        ParameterLayout layout =
            ParameterLayout.Of([("z", [2, 1], DType.Complex64), ("a", [3], DType.Float32), ("w", [], DType.Complex128)], DType.Float64);
        Assert.Equal([4L, 3, 2], layout.Slots.Select(slot => slot.Size));
        Assert.True(layout.IsLifted);
        Assert.False(ParameterLayout.Of([("z", [2], DType.Complex128), ("x", [2], DType.Float64)]).IsLifted);
        using ParameterVector vector = new(layout, route);
        Tensor z = Tensor.From<Complex64>([new(1, 2), new(3, 4)], [2, 1]);
        Tensor flat = vector.Flatten([z, Tensor.From([5f, 6, 7]), Tensor.Scalar(new Complex(8, 9))]);
        Assert.Equal([1.0, 2, 3, 4, 5, 6, 7, 8, 9], flat.ToArray<double>());
        Tensor[] parts = vector.Split(flat);
        Assert.Equal([DType.Complex64, DType.Float32, DType.Complex128], parts.Select(part => part.DType));
        Assert.Equal(z.ToArray<Complex64>(), parts[0].ToArray<Complex64>());
        Assert.Equal([2L, 1], parts[0].Shape.ToArray());
        Assert.Equal(new Complex(8, 9), parts[2].ToScalar<Complex>());
    }

    [Fact]
    public void Constructor_NamesOrDTypesThatDoNotFit_SaysSo()
    {
        using TensorScope scope = new();
        Tensor one = Tensor.From([1.0]);
        Assert.Contains("'a' twice",
            Assert.Throws<TfLbfgsException>(() => new NamedObjective(p => Tf.ReduceSum(p["a"]), [("a", one), ("a", one)])).Message,
            StringComparison.Ordinal);
        Assert.Contains("int32",
            Assert.Throws<TfLbfgsException>(() => new NamedObjective(p => Tf.ReduceSum(p["a"]), [("a", Tensor.From([1]))])).Message,
            StringComparison.Ordinal);
        Assert.Contains("lift",
            Assert.Throws<TfLbfgsException>(() =>
            new NamedObjective(p => Tf.ReduceSum(p["a"]), [("a", one), ("b", Tensor.From([1f]))])).Message, StringComparison.Ordinal);
        Assert.Throws<TfLbfgsException>(() => new NamedObjective(p => Tf.ReduceSum(p["a"]), []));
    }

    private static (Tensor X, Tensor Y) Line()
    {
        Tensor x = Tensor.From<double>([.. Enumerable.Range(0, 60).Select(i => Math.Sin(2.3 * i))], [30, 2]);
        return (x, Tf.MatMul(x, Tensor.From<double>([3, -2], [2, 1])) + 0.5);
    }

    private sealed class ComplexFit(Variable z, Variable scale, ObjectiveOptions options) : VariableObjective([z, scale], options)
    {
        protected override Tensor ComputeLoss(IReadOnlyList<Tensor> data)
        {
            Tensor value = z.Value;
            DType real = value.DType == DType.Complex64 ? DType.Float32 : DType.Float64;
            Tensor wanted = Tf.Cast(Tensor.From([new Complex(3, -1), new Complex(0, 0.5)]), value.DType);
            return Tf.ReduceSum(Tf.Square(RawOps.Real(value - wanted, real))) + 4
                * Tf.ReduceSum(Tf.Square(RawOps.Imag(value - wanted, real))) + Tf.ReduceSum(Tf.Square(scale.Value - 2));
        }
    }
}
