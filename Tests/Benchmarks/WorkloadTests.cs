using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using TfLbfgs.Benchmarks.Workloads;
using TfLbfgs.Functions;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Benchmarks;

/// <summary>
/// The workloads are those of the peers: same data and starts bit for bit, same losses and gradients (<c>workload_values.py</c> wrote the
/// expectations).
/// </summary>
public sealed class WorkloadTests : LeakChecked
{
    private static readonly string Folder = Path.Combine(Checkout.Root, "Tests", "Benchmarks");

    private static readonly Dictionary<string, Func<Array>> Arrays = new()
    {
        ["uniform_7"] = () => SplitMix64.Uniform(7, 1000),
        ["seed_points"] = SeedWorkload.Points,
        ["seed_heights"] = SeedWorkload.Heights,
        ["seed_start"] = SeedWorkload.Start,
        ["pinn_inner"] = PinnWorkload.Inner,
        ["pinn_edge"] = PinnWorkload.Edge,
        ["pinn_edge_values"] = PinnWorkload.EdgeValues,
        ["pinn_start"] = PinnWorkload.Start,
        ["mlp_inputs"] = MlpWorkload.Inputs,
        ["mlp_labels"] = MlpWorkload.Labels,
        ["mlp_start"] = MlpWorkload.Start,
        ["rosenbrock_start"] = RosenbrockWorkload.Start,
    };

    private static Lazy<JsonElement> Expected { get; } =
        new(() => JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "workload_values.json"))).RootElement);

    public static TheoryData<string> ArrayNames() => [.. Arrays.Keys];

    public static TheoryData<string, bool> Objectives() =>
        [.. from workload in Workload.All from compile in (bool[])[false, true] select new TheoryDataRow<string, bool>(workload.Name,
            compile)];

    [Theory]
    [MemberData(nameof(ArrayNames))]
    public void Data_OfWorkload_ArePythonsBitForBit(string name)
    {
        JsonElement expected = Expected.Value.GetProperty("arrays").GetProperty(name);
        Array actual = Arrays[name]();
        Assert.Equal(expected.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(Bytes(actual))));
    }

    [Fact]
    public void Scales_OfQuadratic_ArePythonsToTheLastBit()
    {
        JsonElement expected = Expected.Value.GetProperty("arrays").GetProperty("quadratic_scales");
        double[] actual = QuadraticWorkload.Scales();
        Assert.Equal(expected.GetProperty("shape")[0].GetInt32(), actual.Length);
        foreach ((JsonElement index, JsonElement value) in expected.GetProperty("at").EnumerateArray()
            .Zip(expected.GetProperty("values").EnumerateArray()))
            Assert.InRange(Math.Abs(actual[index.GetInt32()] / value.GetDouble() - 1), 0, Math.ScaleB(1, -52));
    }

    [Theory]
    [MemberData(nameof(Objectives))]
    public void Evaluate_AtStart_IsPythonsLossAndGradient(string name, bool compile)
    {
        JsonElement expected = Expected.Value.GetProperty("starts").GetProperty(name);
        Workload workload = Workload.Find(name);
        Assert.Equal(expected.GetProperty("iterations").GetInt32(), workload.Iterations);
        Assert.Equal(expected.GetProperty("target").GetDouble(), workload.Target);
        using TapeObjective objective = workload.CreateObjective();
        Assert.Equal(expected.GetProperty("n").GetInt64(), objective.Count);
        using Function function = new(
            inputs =>
            {
                (Tensor loss, Tensor gradient) = objective.Evaluate(inputs[0], inputs[1..]);
                return [loss, gradient];
            },
            new FunctionOptions { Compile = compile });
        using TensorScope scope = new();
        Tensor[] results = function.Call([objective.InitialPosition(), .. objective.Data]);
        double[] gradient = results[1].ToDoubles();
        double tolerance = objective.DType == DType.Float32 ? 2e-5 : 1e-11;
        Near("loss", results[0].ToDouble());
        Near("gradient_norm", Math.Sqrt(gradient.Sum(g => g * g)));
        Near("first", gradient[0]);
        Near("last", gradient[^1]);

        void Near(string field, double actual)
        {
            double value = expected.GetProperty(field).GetDouble();
            Assert.True(Math.Abs(actual - value) <= tolerance * Math.Max(1, Math.Abs(value)),
                $"{field}: expected {value}, received {actual}");
        }
    }

    [Fact]
    [Trait("Category", "Peers")]
    public void Values_OfPeersFolder_AreTheStoredOnes()
    {
        string printed = Peers.Run(File.ReadAllText(Path.Combine(Folder, "workload_values.py")), Path.GetDirectoryName(Peers.Script)!);
        JsonElement fresh = JsonDocument.Parse(printed).RootElement.GetProperty("arrays");
        foreach (JsonProperty stored in Expected.Value.GetProperty("arrays").EnumerateObject()
            .Where(array => array.Value.TryGetProperty("sha256", out _)))
            Assert.Equal(stored.Value.GetProperty("sha256").GetString(), fresh.GetProperty(stored.Name).GetProperty("sha256").GetString());
    }

    private static byte[] Bytes(Array array) => array switch
    {
        double[] values => MemoryMarshal.AsBytes<double>(values).ToArray(),
        float[] values => MemoryMarshal.AsBytes<float>(values).ToArray(),
        int[] values => MemoryMarshal.AsBytes<int>(values).ToArray(),
        double[,] values => MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(ref values[0, 0], values.Length)).ToArray(),
        _ => throw new ArgumentException($"unexpected {array.GetType()}", nameof(array)),
    };
}
