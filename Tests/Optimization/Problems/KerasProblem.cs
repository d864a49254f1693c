using System.Globalization;
using System.Text.Json;
using TfLbfgs.Benchmarks.Workloads;
using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;

namespace TfLbfgs.Tests.Optimization.Problems;

/// <summary>One network of <c>lbfgs/keras</c> over its flat vector: its loss in tensor code, and what other solvers make of it.</summary>
internal sealed class KerasProblem
{
    private const double Viscosity = 0.01 / Math.PI;

    private static readonly Dictionary<string, (string[] Data, Func<Tensor[], IReadOnlyList<Tensor>, Tensor> Loss)> Models = new()
    {
        ["burgers_pinn"] = (["collocation_tx", "initial_tx", "initial_u", "boundary_tx"], Burgers),
        ["poisson_pinn"] = (["interior", "boundary", "force"], Poisson),
        ["autoencoder"] = (["x"], (w, data) => MeanSquare(Dense(Tf.Tanh, w[4..], Dense(Tf.Tanh, w[..4], data[0])) - data[0])),
        ["lstm"] = (["x", "y"], (w, data) => MeanSquare(Tf.MatMul(Lstm(w, data[0]), w[3]) + w[4] - data[1])),
    };

    private readonly JsonElement _entry;
    private readonly Shape[] _shapes;

    private KerasProblem(string name)
    {
        Name = name;
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(ReferenceRoot.Require("lbfgs", "keras", $"{name}.json")));
        _entry = document.RootElement.Clone();
        _shapes = [.. _entry.GetProperty("layout").EnumerateArray()
            .Select(variable => (Shape)variable.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64()).ToArray())];
    }

    /// <summary>The networks whose loss is written here.</summary>
    public static IReadOnlyList<KerasProblem> All => [.. Models.Keys.Select(name => new KerasProblem(name))];

    public string Name { get; }

    /// <summary>The loss at the start, computed in float64.</summary>
    public double InitialLoss => _entry.GetProperty("initial_loss").GetDouble();

    /// <summary>The gradient there.</summary>
    public double[] InitialGradient => ProblemData.Numbers(_entry.GetProperty("initial_gradient"));

    /// <summary>The lowest loss that a peer found within so many evaluations, in float64.</summary>
    public double PeerAfter(string peer, int evaluations) =>
        _entry.GetProperty("peers").GetProperty(peer).GetProperty("best_loss_after")
            .GetProperty(evaluations.ToString(CultureInfo.InvariantCulture)).GetDouble();

    /// <summary>The network with all numbers in a dtype, owned by the caller.</summary>
    public TapeObjective CreateObjective(DType dtype)
    {
        (string[] names, Func<Tensor[], IReadOnlyList<Tensor>, Tensor> loss) = Models[Name];
        ProblemData data = new(_entry.GetProperty("data"));
        using Tensor start = Tensor.From(ProblemData.Numbers(_entry.GetProperty("initial_position")));
        return new TapeObjective(RawOps.Cast(start, dtype), [.. names.Select(name => Cast(data[name], dtype))],
            (x, inputs) => loss(Split(x), inputs));
    }

    public override string ToString() => Name;

    private static Tensor Cast(Tensor tensor, DType dtype)
    {
        using (tensor)
            return RawOps.Cast(tensor, dtype);
    }

    /// <summary>The variables in the flat vector, in their order.</summary>
    private Tensor[] Split(Tensor x)
    {
        Tensor[] variables = new Tensor[_shapes.Length];
        int offset = 0;
        for (int i = 0; i < variables.Length; i++)
        {
            int count = (int)_shapes[i].ElementCount;
            variables[i] = Tf.Reshape(x[offset..(offset + count)], _shapes[i]);
            offset += count;
        }

        return variables;
    }

    private static Tensor MeanSquare(Tensor x) => Tf.ReduceMean(Tf.Square(x));

    /// <summary>Dense layers; the last one is linear.</summary>
    private static Tensor Dense(Func<Tensor, Tensor> activation, Tensor[] w, Tensor x)
    {
        for (int i = 0; i < w.Length - 2; i += 2)
            x = activation(Tf.MatMul(x, w[i]) + w[i + 1]);
        return Tf.MatMul(x, w[^2]) + w[^1];
    }

    private static Tensor Burgers(Tensor[] w, IReadOnlyList<Tensor> data)
    {
        (Tensor t, Tensor x) = (data[0][.., 0..1], data[0][.., 1..2]);
        using GradientTape outer = new(persistent: false, watchAccessedVariables: false);
        outer.Watch(x);
        Tensor u;
        Tensor?[] first;
        using (GradientTape inner = new(persistent: false, watchAccessedVariables: false))
        {
            inner.Watch(t);
            inner.Watch(x);
            u = Dense(Tf.Tanh, w, Tf.Concat([t, x], 1));
            first = inner.Gradient([u], [t, x]);
        }

        Tensor residual = first[0]! + u * first[1]! - Viscosity * outer.Gradient(first[1]!, x);
        return MeanSquare(residual) + MeanSquare(Dense(Tf.Tanh, w, data[1]) - data[2]) + MeanSquare(Dense(Tf.Tanh, w, data[3]));
    }

    private static Tensor Poisson(Tensor[] w, IReadOnlyList<Tensor> data)
    {
        (Tensor x, Tensor y) = (data[0][.., 0..1], data[0][.., 1..2]);
        using GradientTape outer = new(persistent: true, watchAccessedVariables: false);
        outer.Watch(x);
        outer.Watch(y);
        Tensor?[] first;
        using (GradientTape inner = new(persistent: false, watchAccessedVariables: false))
        {
            inner.Watch(x);
            inner.Watch(y);
            first = inner.Gradient([Dense(Tf.Tanh, w, Tf.Concat([x, y], 1))], [x, y]);
        }

        Tensor residual = outer.Gradient(first[0]!, x) + outer.Gradient(first[1]!, y) + data[2];
        return MeanSquare(residual) + 10 * MeanSquare(Dense(Tf.Tanh, w, data[1]));
    }

    /// <summary>
    /// The last state of a layer of LSTM cells: kernel, recurrent kernel and bias hold the gates i, f, c, o one after another.
    /// </summary>
    private static Tensor Lstm(Tensor[] w, Tensor sequences)
    {
        int units = (int)w[1].Shape[0];
        Tensor state = Tf.MatMul(sequences[.., 0, ..], 0 * w[0][.., ..units]);
        Tensor cell = state;
        for (int time = 0; time < sequences.Shape[1]; time++)
        {
            Tensor gates = Tf.MatMul(sequences[.., time, ..], w[0]) + Tf.MatMul(state, w[1]) + w[2];
            Tensor Gate(int index) => gates[.., (index * units)..((index + 1) * units)];
            cell = Tf.Sigmoid(Gate(1)) * cell + Tf.Sigmoid(Gate(0)) * Tf.Tanh(Gate(2));
            state = Tf.Sigmoid(Gate(3)) * Tf.Tanh(cell);
        }

        return state;
    }
}
