using TfLbfgs.Functions;
using TfLbfgs.Gradients;
using TfLbfgs.Parameters;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Parameters;

public sealed class ParameterVectorTests : LeakChecked
{
    private static readonly Shape[] Shapes = [[3, 2], Shape.Scalar, [0], [4], [2, 1, 2], [2, 0]];

    [Theory]
    [InlineData(FlattenRoute.Dynamic)]
    [InlineData(FlattenRoute.Split)]
    public void FlattenAndSplit_ScalarAndEmptyVariables_AreInverse(FlattenRoute route)
    {
        using TensorScope scope = new();
        using ParameterVector vector = new(Layout(DType.Float64), route);
        double[] numbers = Numbers(vector.Layout.Count);
        Tensor[] parts = vector.Split(Tensor.From(numbers));
        Assert.Equal(Shapes, parts.Select(p => p.Shape));
        Assert.Equal(numbers, parts.SelectMany(p => p.ToArray<double>()));
        Assert.Equal(numbers, vector.Flatten(parts).ToArray<double>());
        Assert.Equal(route, vector.Route);
    }

    [Theory]
    [InlineData(FlattenRoute.Dynamic, 1)]
    [InlineData(FlattenRoute.Split, 1)]
    [InlineData(FlattenRoute.Dynamic, 1000)]
    [InlineData(FlattenRoute.Split, 1000)]
    public void FlattenAndSplit_OneVariableOrAThousand_AreInverse(FlattenRoute route, int count)
    {
        using TensorScope scope = new();
        using ParameterVector vector =
            new(ParameterLayout.Of([.. Enumerable.Range(0, count).Select(i => ($"v{i}", Shape.Create([i % 3, 2]), DType.Float32))]), route);
        float[] numbers = [.. Numbers(vector.Layout.Count).Select(v => (float)v)];
        Tensor[] parts = vector.Split(Tensor.From(numbers));
        Assert.Equal(count, parts.Length);
        Assert.Equal(numbers, vector.Flatten(parts).ToArray<float>());
    }

    private static readonly Dictionary<string, (Shape[] Shapes, DType[] DTypes, DType? Lift)> Layouts = new()
    {
        ["one scalar"] = ([Shape.Scalar], [DType.Float64], null),
        ["one matrix"] = ([[5, 3]], [DType.Float64], null),
        ["scalars and empty ones between"] = ([[3, 2], Shape.Scalar, [0], [4], [2, 1, 2], [2, 0]], [DType.Float64], null),
        ["empty first and last"] = ([[0], [3], [0, 4]], [DType.Float64], null),
        ["a network of float64"] = ([[2, 16], [16], [16, 16], [16], [16, 1], [1]], [DType.Float64], null),
        ["a network of float32"] = ([[2, 16], [16], [16, 16], [16], [16, 1], [1]], [DType.Float32], null),
        ["two dtypes lifted"] = ([[3, 2], Shape.Scalar, [4]], [DType.Float64, DType.Float32], DType.Float64),
        ["float32 lifted"] = ([[3, 2], [2]], [DType.Float32], DType.Float64),
    };

    public static TheoryData<string, string> LayoutsAndModes()
    {
        TheoryData<string, string> cases = [];
        foreach (string layout in Layouts.Keys)
        {
            foreach (string mode in new[] { "eager", "traced", "compiled" })
                cases.Add(layout, mode);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(LayoutsAndModes))]
    public void Routes_ForwardFirstAndSecondGradient_AreEqualBitForBit(string layout, string mode)
    {
        using TensorScope scope = new();
        double[][] results = [.. new[] { FlattenRoute.Dynamic, FlattenRoute.Split }.Select(route => Run(Made(layout), route, mode))];
        Assert.Equal(results[0].Select(BitConverter.DoubleToInt64Bits), results[1].Select(BitConverter.DoubleToInt64Bits));
        Assert.Contains(results[0], v => v != 0);
    }

    [Theory]
    [InlineData("eager")]
    [InlineData("traced")]
    public void Routes_ManyVariables_AreEqualBitForBit(string mode)
    {
        using TensorScope scope = new();
        ParameterLayout layout =
            ParameterLayout.Of([.. Enumerable.Range(0, 300).Select(i => ($"v{i}", Shape.Create([i % 3, 2]), DType.Float64))]);
        Assert.Equal(Run(layout, FlattenRoute.Dynamic, mode).Select(BitConverter.DoubleToInt64Bits),
            Run(layout, FlattenRoute.Split, mode).Select(BitConverter.DoubleToInt64Bits));
    }

    [Theory]
    [InlineData(FlattenRoute.Dynamic)]
    [InlineData(FlattenRoute.Split)]
    public void Lifted_VariablesOfTwoDTypes_AreReadExactlyAndWrittenRounded(FlattenRoute route)
    {
        using TensorScope scope = new();
        using Variable wide = new(Tensor.From([0.1, 0.2]), "wide"), narrow = new(Tensor.From([0.1f]), "narrow");
        using ParameterVector vector = new(ParameterLayout.Of([wide, narrow], DType.Float64), route);
        Assert.Equal([0.1, 0.2, 0.1f], vector.Read([wide, narrow]).ToArray<double>());
        Tensor[] parts = vector.Split(Tensor.From([0.3, 0.4, 0.5 + 1e-12]));
        Assert.Equal([DType.Float64, DType.Float32], parts.Select(part => part.DType));
        vector.Assign([wide, narrow], Tensor.From([0.3, 0.4, 0.5 + 1e-12]));
        Assert.Equal([0.3, 0.4], wide.Value.ToArray<double>());
        Assert.Equal([0.5f], narrow.Value.ToArray<float>());
    }

    [Fact]
    public void Of_OneVariableTwice_IsRefusedWithItsName()
    {
        using TensorScope scope = new();
        using Variable shared = new(Tensor.From([1.0]), "shared");
        Assert.Contains("received shared twice", Assert.Throws<TfLbfgsException>(() => ParameterLayout.Of([shared, shared])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Assign_OnTheDevice_WritesAllVariablesWithoutAReadBack()
    {
        using TensorScope scope = new();
        Variable[] variables = MakeVariables();
        using ParameterVector vector = new(ParameterLayout.Of(variables));
        double[] numbers = Numbers(vector.Layout.Count);
        Tensor position = Tensor.From(numbers);
        NativeCounters before = NativeCounters.Now;
        vector.Assign(variables, position);
        Assert.Equal(0, NativeCounters.Now.Since(before).Reads);
        Assert.Equal(numbers, variables.SelectMany(v => v.Value.ToArray<double>()));
        Assert.Equal(numbers, vector.Read(variables).ToArray<double>());
        Array.ForEach(variables, v => v.Dispose());
    }

    [Fact]
    public void Assign_FromHostArrays_GivesTheSameModel()
    {
        // The seed's second way: the vector is cut up on the host and each array is set.
        using TensorScope scope = new();
        Variable[] variables = MakeVariables();
        using ParameterVector vector = new(ParameterLayout.Of(variables));
        double[] numbers = Numbers(vector.Layout.Count);
        for (int i = 0; i < variables.Length; i++)
        {
            ParameterSlot slot = vector.Layout.Slots[i];
            variables[i].Assign(Tensor.From<double>(numbers.AsSpan((int)slot.Offset, (int)slot.Size), slot.Shape));
        }

        Assert.Equal(numbers, vector.Read(variables).ToArray<double>());
        Array.ForEach(variables, v => v.Dispose());
    }

    [Fact]
    public void FlattenAndSplit_WhatDoesNotFit_NamesTheVariable()
    {
        using TensorScope scope = new();
        using ParameterVector vector = new(ParameterLayout.Of([("w", [2], DType.Float64), ("b", [1], DType.Float64)]));
        Tensor good = Tensor.From([1.0, 2.0]), bias = Tensor.From([1.0]);
        Assert.Contains("Variable b", Assert.Throws<TfLbfgsException>(() => vector.Flatten([good, good])).Message,
            StringComparison.Ordinal);
        Assert.Contains("2 variables", Assert.Throws<TfLbfgsException>(() => vector.Flatten([good])).Message, StringComparison.Ordinal);
        Assert.Contains("float64(3,)", Assert.Throws<TfLbfgsException>(() => vector.Split(good)).Message, StringComparison.Ordinal);
        Assert.Throws<TfLbfgsException>(() => vector.Flatten([good, Tensor.From([1f])]));
        Assert.Throws<TfLbfgsException>(() => vector.Assign([], Tensor.From([1.0, 2.0, 3.0])));
        Assert.Equal([1.0, 2.0, 1.0], vector.Flatten([good, bias]).ToArray<double>());
    }

    private static double[] Run(ParameterLayout layout, FlattenRoute route, string mode)
    {
        // XLA contracts a product and a sum in one program and not in the other, so that its functions round differently around the same
        // vector: there, every value is a small integer. So does the optimizer of graphs, which is off.
        bool exact = mode == "compiled";
        using ParameterVector vector = new(layout, route);
        double[] numbers = exact ? [.. Enumerable.Range(0, (int)layout.Count).Select(i => (i % 4) - 1.0)] : Numbers(layout.Count);
        Tensor position = RawOps.Cast(Tensor.From(numbers), layout.DType);
        if (mode == "eager")
            return Collect(Evaluate(vector, position, exact));
        using Function function = new((Tensor[] inputs) => Evaluate(vector, inputs[0], exact),
            new FunctionOptions { Compile = exact, OptimizeGraph = false });
        return Collect(function.Call(position));
    }

    private static ParameterLayout Made(string name)
    {
        (Shape[] shapes, DType[] dtypes, DType? lift) = Layouts[name];
        return ParameterLayout.Of([.. shapes.Select((shape, i) => ($"v{i}", shape, dtypes[i % dtypes.Length]))], lift);
    }

    /// <summary>
    /// A function of all parts, its gradient, and the gradient of the gradient's squared norm; and the parts put together again.
    /// </summary>
    private static Tensor[] Evaluate(ParameterVector vector, Tensor position, bool exact)
    {
        using GradientTape outer = new(persistent: true);
        outer.Watch(position);
        using GradientTape inner = new();
        inner.Watch(position);
        Tensor[] parts = vector.Split(position);
        Tensor again = vector.Flatten([.. parts.Select((part, i) => exact ? part * part * (1 + (i % 2)) : RawOps.Tanh(part * (i + 0.5)))]);
        Tensor loss = RawOps.Sum(exact ? again * again : again * again * again, Tensor.From([0]));
        Tensor first = inner.Gradient(loss, position);
        Tensor norm = RawOps.Sum(first * first, Tensor.From([0]));
        return [again, loss, first, outer.Gradient(norm, position)];
    }

    private static double[] Collect(Tensor[] tensors) => [.. tensors.SelectMany(t => t.ToDoubles())];

    private static ParameterLayout Layout(DType dtype) => ParameterLayout.Of([.. Shapes.Select((shape, i) => ($"v{i}", shape, dtype))]);

    private static Variable[] MakeVariables() =>
        [.. Shapes.Select((shape, i) => new Variable(Tensor.Zeros(shape, DType.Float64), $"v{i}"))];

    private static double[] Numbers(long count) => [.. Enumerable.Range(0, (int)count).Select(i => Math.Sin(i + 1))];
}
