using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Benchmarks.Workloads;

/// <summary>A classifier: 784-128-64-10 relu, softmax cross entropy at 4,096 points; n = 109,386, float32.</summary>
internal sealed class MlpWorkload() : Workload("mlp", 50, 1.0)
{
    private const int Rows = 4096;
    private const int Features = 784;
    private const int Classes = 10;

    private static readonly int[] Widths = [Features, 128, 64, Classes];

    /// <summary>The inputs, [4096, 784], row-major.</summary>
    public static float[] Inputs() => Array.ConvertAll(SplitMix64.Uniform(11, Rows * Features), u => (float)u);

    /// <summary>
    /// The labels, [4096]: which of ten random linear scores is largest. Summed in float64: no two scores are nearer to each other than
    /// float32 tells apart.
    /// </summary>
    public static int[] Labels()
    {
        float[] x = Inputs();
        float[] scores = Array.ConvertAll(SplitMix64.Uniform(12, Features * Classes), u => (float)((2 * u) - 1));
        int[] labels = new int[Rows];
        Span<double> sums = stackalloc double[Classes];
        for (int row = 0; row < Rows; row++)
        {
            sums.Clear();
            for (int feature = 0; feature < Features; feature++)
            {
                double centred = x[(row * Features) + feature] - 0.5f;
                for (int label = 0; label < Classes; label++)
                    sums[label] += centred * scores[(feature * Classes) + label];
            }

            for (int label = 1; label < Classes; label++)
            {
                if (sums[label] > sums[labels[row]])
                    labels[row] = label;
            }
        }

        return labels;
    }

    /// <summary>The start, [109386].</summary>
    public static float[] Start() => Array.ConvertAll(DenseNetwork.InitialParameters(Widths), value => (float)value);

    /// <inheritdoc/>
    public override TapeObjective CreateObjective()
    {
        DenseNetwork network = new(Widths, DType.Float32, Tf.NN.Relu);
        // int32 arguments of a function belong to the host, int64 ones to the device.
        Tensor labels = Tensor.From(Array.ConvertAll(Labels(), label => (long)label));
        return new TapeObjective(
            Tensor.From(Start()), [Tensor.From<float>(Inputs(), new[] { Rows, Features }), labels],
            (position, data) =>
                Tf.ReduceMean(Tf.NN.SparseSoftmaxCrossEntropyWithLogits(data[1], network.Forward(network.Variables(position), data[0]))),
                network);
    }
}
