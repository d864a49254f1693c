using TfLbfgs.Cli.Data;
using TfLbfgs.Tests.Native.Loading;
using Xunit;

namespace TfLbfgs.Tests.Cli.Data;

public sealed class TrainingDataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_Split_LastRowsInOrder()
    {
        TrainingData data =
            TrainingData.Read(Write("y,a,z,b\n1,2,3,4\n5,6,7,8\n9,10,11,12\n13,14,15,16\n17,18,19,20\n"),
            new ColumnChoice(["z", "y"], [], []), 0.5);
        Assert.Equal(["a", "b"], data.InputColumns);
        Assert.Equal([2, 4, 6, 8, 10, 12], data.Inputs.Values);
        Assert.Equal([3, 1, 7, 5, 11, 9], data.Targets.Values);
        Assert.Equal([14, 16, 18, 20], data.ValidationInputs.Values);
        Assert.Equal(3, data.Rows);
        Assert.Equal(2, data.ValidationRows);
    }

    [Theory]
    [InlineData(0.99, 4)]
    [InlineData(0.2, 1)]
    [InlineData(0, 0)]
    public void Read_Split_FloorAndOneTrainingRow(double split, int rows) =>
        Assert.Equal(rows,
            TrainingData.Read(Write("x,y\n1,1\n2,2\n3,3\n4,4\n5,5\n"), new ColumnChoice(["y"], [], []), split).ValidationRows);

    [Theory]
    [InlineData("x,y\n1,1\n", 0.5, "leaves at least one")]
    [InlineData("y\n1\n", 0, "expected input columns")]
    public void Read_NothingLeft_Refused(string content, double split, string expected) =>
        Assert.Contains(expected,
            Assert.Throws<TfLbfgsException>(() => TrainingData.Read(Write(content), new ColumnChoice(["y"], [], []), split)).Message,
            StringComparison.Ordinal);

    private string Write(string content)
    {
        string path = _folder.At("data.csv");
        File.WriteAllText(path, content);
        return path;
    }
}
