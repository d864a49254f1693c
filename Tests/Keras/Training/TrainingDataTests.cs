using TfLbfgs.Formats;
using TfLbfgs.Formats.Npy;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Saving;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Training;

public class TrainingDataTests : LeakChecked
{
    private static readonly double[,] X = { { 0, 1 }, { 2, 3 }, { 4, 5 } };
    private static readonly double[,] Y = { { 1 }, { 2 }, { 3 } };

    [Fact]
    public void From_ArraysRowsAndSpans_TrainsAlike()
    {
        double[][] rows = [[0, 1], [2, 3], [4, 5]], targets = [[1], [2], [3]];
        double[] flat = [0, 1, 2, 3, 4, 5], flatTargets = [1, 2, 3];
        using TrainingData arrays = TrainingData.From(X, Y), jagged = TrainingData.From(rows, targets);
        using TrainingData spans = TrainingData.From<double>(flat, Shape.Create([3, 2]), flatTargets, Shape.Create([3, 1]));
        double expected = Loss(arrays);
        Assert.Equal(expected, Loss(jagged));
        Assert.Equal(expected, Loss(spans));
    }

    [Fact]
    public void FromNpz_AndNpy_ReadsWhatWasWritten()
    {
        using ScratchFolder folder = new();
        static StoredArray Array(double[] values, params long[] shape) =>
            StoredArray.FromBytes(DType.Float64, shape, System.Runtime.InteropServices.MemoryMarshal.AsBytes<double>(values).ToArray());
        StoredArray x = Array([0, 1, 2, 3, 4, 5], 3, 2), y = Array([1, 2, 3], 3, 1);
        NpzFile.Write(folder.File("data.npz"), [("x", x), ("y", y)]);
        NpyFile.Write(folder.File("x.npy"), x);
        NpyFile.Write(folder.File("y.npy"), y);
        using TrainingData arrays = TrainingData.From(X, Y), archive = TrainingData.FromNpz(folder.File("data.npz")),
            files = TrainingData.FromNpy(folder.File("x.npy"), folder.File("y.npy"));
        Assert.Equal(Loss(arrays), Loss(archive));
        Assert.Equal(Loss(arrays), Loss(files));
        Assert.Contains("x, y", Assert.Throws<TfLbfgsException>(() => TrainingData.FromNpz(folder.File("data.npz"), x: "inputs")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void FromCsv_Columns_GivesWhatTheArraysGive()
    {
        using ScratchFolder folder = new();
        File.WriteAllText(folder.File("data.csv"), "b,target,a,weight\n1,1,0,1\n3,2,2,1\n5,3,4,1\n");
        using TrainingData arrays = TrainingData.From(X, Y),
            file = TrainingData.FromCsv(folder.File("data.csv"), ["target"], ["a", "b"], "weight");
        Assert.Equal(Loss(arrays), Loss(file), 12);
        using TrainingData others = TrainingData.FromCsv(folder.File("data.csv"), ["target"], dtype: DType.Float32);
        Assert.Equal(3, others.Rows);
        Assert.Equal("float32(3, 3)", others.Arrays!.Inputs[0].Describe());
        Assert.Contains("'y'", Assert.Throws<TfLbfgsException>(() => TrainingData.FromCsv(folder.File("data.csv"), ["y"])).Message,
            StringComparison.Ordinal);
        Assert.Contains("at least one input",
            Assert.Throws<TfLbfgsException>(() => TrainingData.FromCsv(folder.File("data.csv"), ["a"], [])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void From_DifferentNumbersOfRows_Throws() =>
        Assert.Contains("same number of rows", Assert.Throws<TfLbfgsException>(() => TrainingData.From(X, new double[,] { { 1 } })).Message,
            StringComparison.Ordinal);

    private static double Loss(TrainingData data)
    {
        using Sequential model = new(DType.Float64) { new InputLayer([2]), new Dense(1) };
        model.Build();
        model.SetWeights([[0.5, -0.25], [0.1]]);
        model.Compile("sgd", "mse");
        return model.Fit(data, new FitOptions { Epochs = 2, Shuffle = false })["loss"][1];
    }
}
