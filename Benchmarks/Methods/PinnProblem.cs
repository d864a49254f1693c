using TfLbfgs.Benchmarks.Workloads;
using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Benchmarks.Methods;

/// <summary>A physics-informed network whose exact solution is known, so that its error can be measured together with its loss.</summary>
internal abstract class PinnProblem(string name)
{
    /// <summary>The names on the command line.</summary>
    public static IReadOnlyList<string> Names { get; } = ["pinn", "burgers", "poisson"];

    /// <summary>The name on the command line.</summary>
    public string Name => name;

    /// <summary>The widths of the network's layers, inputs first.</summary>
    public abstract IReadOnlyList<int> Widths { get; }

    /// <summary>What SciPy's L-BFGS-B reached, by evaluations; empty where it is not stored.</summary>
    public virtual IReadOnlyDictionary<int, double> SciPy { get; } = new Dictionary<int, double>();

    /// <summary>Inputs of the network, [rows, 2], and the exact solution there.</summary>
    protected abstract (double[,] Inputs, double[] Values) Solution { get; }

    /// <summary>The problem of a name.</summary>
    /// <exception cref="TfLbfgsException">There is none.</exception>
    public static PinnProblem Find(string name) => name switch
    {
        "pinn" => new WorkloadPinn(),
        "burgers" => new BurgersPinn(),
        "poisson" => new PoissonPinn(),
        _ => throw new TfLbfgsException($"Expected a problem ({string.Join(", ", Names)}), received '{name}'."),
    };

    /// <summary>Makes data and start on the device.</summary>
    /// <returns>The objective, owned by the caller.</returns>
    public abstract TapeObjective CreateObjective();

    /// <summary>The error of a network against the exact solution, |u - u*| / |u*| in the Euclidean norm over the points.</summary>
    /// <param name="position">The parameters, [n].</param>
    public double ErrorOf(Tensor position)
    {
        (double[,] inputs, double[] values) = Solution;
        using TensorScope scope = new();
        using DenseNetwork network = new(Widths, DType.Float64, Tf.Tanh);
        double[] found = network.Forward(network.Variables(position), Tensor.From(inputs)).ToArray<double>();
        return Math.Sqrt(found.Zip(values, (a, b) => (a - b) * (a - b)).Sum() / values.Sum(value => value * value));
    }

    /// <summary>
    /// The network's value with its first derivatives and its second ones by the same inputs, at points given by columns.
    /// </summary>
    protected static (Tensor Value, Tensor?[] First, Tensor?[] Second) Derivatives(DenseNetwork network, Tensor[] variables, Tensor a,
        Tensor b, bool both)
    {
        using GradientTape outer = new(persistent: true, watchAccessedVariables: false);
        outer.Watch(a);
        outer.Watch(b);
        Tensor u;
        Tensor?[] first;
        using (GradientTape inner = new(persistent: false, watchAccessedVariables: false))
        {
            inner.Watch(a);
            inner.Watch(b);
            u = network.Forward(variables, Tf.Concat([a, b], 1));
            first = inner.Gradient([u], [a, b]);
        }

        return (u, first, [both ? outer.Gradient(first[0]!, a) : null, outer.Gradient(first[1]!, b)]);
    }
}
